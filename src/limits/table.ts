/** Every limit by its name. How many a window allows is configuration (contract, section 4); the windows are not. */
export const windowLimits = {
  /** Per IP, counted once for each request at the door and each operation on a WebSocket. */
  requests: { windowSeconds: 60, givesBack: false },
  /** Per key, from whatever addresses; behind the limit per IP. Off by default. */
  keyRequests: { windowSeconds: 60, givesBack: false },
  /** Per recipient of an organization. Given back where the message did not go out after all. */
  sends: { windowSeconds: 3600, givesBack: true },
  /** Files that an organization uploads, through whatever door. */
  uploads: { windowSeconds: 3600, givesBack: false },
} as const

export type LimitName = keyof typeof windowLimits

/** What may be open at once on one server. Per IP it is configuration. */
export const openLimits = {
  /** WebSockets and event streams by the authority of one key, and of all keys of one organization. */
  socketsPerKey: 20_000,
  socketsPerOrganization: 30_000,
  /** Connections of any kind, whoever's: beyond them the system itself would refuse, and the database with it. */
  connections: 50_000,
}

/** How many contacts one broadcast may have, by the plan of its organization (contract, section 4); null: as many as there are. */
export const broadcastRecipients: Record<'GROWTH' | 'PRO', number | null> = { GROWTH: 1000, PRO: null }
