import type { Background } from './context.js'
import type { Logger } from './core/logger.js'

/** Keeps count of work that outlives the request it came from. */
export function createBackground(logger: Logger): Background {
  const running = new Set<Promise<void>>()
  return {
    run(what, work) {
      const promise: Promise<void> = work()
        .catch((error: unknown) => logger.error({ err: error, what }, 'background work failed'))
        .finally(() => running.delete(promise))
      running.add(promise)
    },
    async drain() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
