/**
 * Every timer of one world, so that a reset or a stop leaves none behind. After `clear` nothing is ever started again:
 * a request that was still under way when its world ended must not post into the next one.
 */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>()
  #ended = false

  after(delayMs: number, run: () => void): NodeJS.Timeout | null {
    if (this.#ended) return null
    const timer = setTimeout(() => {
      this.#running.delete(timer)
      run()
    }, delayMs)
    this.#running.add(timer)
    return timer
  }

  cancel(timer: NodeJS.Timeout | null): void {
    if (timer === null) return
    clearTimeout(timer)
    this.#running.delete(timer)
  }

  clear(): void {
    this.#ended = true
    for (const timer of this.#running) clearTimeout(timer)
    this.#running.clear()
  }
}
