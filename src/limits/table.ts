/** Every limit by its name (contract, section 4). How many a window allows is configuration; the windows are not. */
export const limitTable = {
  /** Per IP, counted once for each request at the door and each operation on a WebSocket. */
  requests: { windowSeconds: 60, givesBack: false },
  /** Per recipient of an organization. Given back where the message did not go out after all. */
  sends: { windowSeconds: 3600, givesBack: true },
} as const

export type LimitName = keyof typeof limitTable
