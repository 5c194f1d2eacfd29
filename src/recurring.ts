import type { Logger } from './core/logger.js'

/** Work done again and again, one run at a time, `intervalMs` after the last one ended. */
export type Recurring = { stop(): Promise<void> }

export function startRecurring(what: string, intervalMs: number, logger: Logger, work: () => Promise<void>): Recurring {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = work()
      .catch((error: unknown) => logger.warn({ err: error, what }, 'recurring work failed; it is done again'))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, intervalMs)
      })
  }
  run()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
