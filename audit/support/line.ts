import { type TestContext, test } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** What was measured, for the table. */
    figure?: string
  }
}

/** One line of the table: `run` answers the figure as far as it got, and throws where it does not hold. */
export const line = (check: string, run: (show: (figure: string) => void) => Promise<void>): void =>
  test(check, async ({ task }: TestContext) => {
    await run((figure) => {
      task.meta.figure = figure
    })
  })
