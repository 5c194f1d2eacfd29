import type { Head } from './sequencer.js'

/**
 * Tells the other servers that a log grew. Only a wake-up: what is lost here is found by polling, and the log is the
 * truth.
 */
export type Bus = {
  publish(heads: Head[]): void
  subscribe(listener: (heads: Head[]) => void): void
  close(): Promise<void>
}

/** For a server that is alone. */
export const createMemoryBus = (): Bus => ({
  publish() {},
  subscribe() {},
  async close() {},
})
