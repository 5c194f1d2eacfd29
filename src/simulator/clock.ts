/** The simulator's own time: the machine's, moved forward by the control API. */
export class SimulatorClock {
  #advancedMs = 0
  readonly #baseMs: () => number

  constructor(baseMs: () => number = Date.now) {
    this.#baseMs = baseMs
  }

  get advancedMs(): number {
    return this.#advancedMs
  }

  nowMs(): number {
    return this.#baseMs() + this.#advancedMs
  }

  /** Unix seconds as the string that webhooks carry. */
  timestamp(): string {
    return String(Math.floor(this.nowMs() / 1000))
  }

  iso(): string {
    return new Date(this.nowMs()).toISOString()
  }

  advance(ms: number): void {
    this.#advancedMs += ms
  }
}

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
