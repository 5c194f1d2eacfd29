/** Says "look" to whoever waits for it, and carries nothing. */
export type Signal = { emit(): void; on(listener: () => void): void }

export function createSignal(): Signal {
  const listeners = new Set<() => void>()
  return {
    emit() {
      for (const listener of listeners) listener()
    },
    on(listener) {
      listeners.add(listener)
    },
  }
}
