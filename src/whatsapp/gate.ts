/** Why nothing was let in: too many already wait, or none left in time. */
export class GateRefusal extends Error {
  override name = 'GateRefusal'
}

type Waiting = { enter: () => void; timer: NodeJS.Timeout }

/**
 * Lets `limit` callers in at once; up to `maxWaiting` more wait in order, each for so long. The HTTP library would
 * queue without end and cannot take a waiting request back, so nothing is handed to it before a connection is free.
 */
export class Gate {
  #inside = 0
  readonly #waiting = new Set<Waiting>()

  constructor(
    private readonly limit: number,
    private readonly maxWaiting: number,
  ) {}

  /** Resolves with the function that lets the next one in; calling it again does nothing. @throws GateRefusal */
  async enter(timeoutMs: number): Promise<() => void> {
    if (this.#inside < this.limit) this.#inside += 1
    else await this.#wait(timeoutMs)
    let left = false
    return () => {
      if (!left) this.#leave()
      left = true
    }
  }

  #wait(timeoutMs: number): Promise<void> {
    if (this.#waiting.size >= this.maxWaiting) {
      throw new GateRefusal(`${this.maxWaiting} requests already wait for a connection`)
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        enter: resolve,
        timer: setTimeout(() => {
          this.#waiting.delete(waiting)
          reject(new GateRefusal(`no connection was free within ${timeoutMs} ms`))
        }, timeoutMs),
      }
      this.#waiting.add(waiting)
    })
  }

  /** The place of one that leaves goes straight to the longest waiting. */
  #leave(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#inside -= 1
      return
    }
    this.#waiting.delete(next)
    clearTimeout(next.timer)
    next.enter()
  }
}
