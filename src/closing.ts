import type { Logger } from './core/logger.js'

/** For what is under way at a stop, all together; what has not ended by then is as if the process had been killed. */
const drainTimeoutMs = 5000
const minDrainMs = 250

/** What is to be closed, in the order it was opened. Whatever may wait for others waits at most `msLeft()`. */
export type Closing = ((msLeft: () => number) => Promise<unknown> | unknown)[]

/** Closes them, the last first; what does not close cleanly is logged. */
export async function closeAll(closing: Closing, logger: Logger): Promise<void> {
  const until = performance.now() + drainTimeoutMs
  const msLeft = () => Math.max(until - performance.now(), minDrainMs)
  for (const close of closing.splice(0).reverse()) {
    try {
      await close(msLeft)
    } catch (error) {
      logger.warn({ err: error }, 'a part did not close cleanly')
    }
  }
}

/** Resolves when the work has ended or the time is up, whichever is first. */
export async function withTimeout(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work.then(() => undefined), late]).finally(() => clearTimeout(timer))
}
