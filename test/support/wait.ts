const pauseMs = 10

/** Polls until the condition holds; fails after `timeoutMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not so after ${timeoutMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** The promise's own outcome, or a failure where there is none after `timeoutMs`: for what must not hang. */
export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * For the clients of the crash tests, between two tries or two messages, as people and programs pause: nothing is waited
 * for by it, and no outcome depends on how long it takes.
 */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
