type Applied = { position: number; apply: () => void }

/**
 * What events have changed lately, to be applied once more to a list that was being read meanwhile: what was read may be
 * older than what an event has told since. Applying twice changes nothing, so nothing is missed and nothing doubled.
 */
export class Replay {
  readonly #applied: Applied[] = []
  #position = 0
  #dropped = 0

  get position(): number {
    return this.#position
  }

  /** Applies a change and remembers it. */
  apply(change: () => void): void {
    this.#applied.push({ position: ++this.#position, apply: change })
    while (this.#applied.length > mostRemembered) this.#dropped = this.#applied.shift()?.position ?? this.#dropped
    change()
  }

  /** Applies again what came after a position; false where not all of it is remembered any more. */
  since(position: number): boolean {
    for (const applied of this.#applied) if (applied.position > position) applied.apply()
    return position >= this.#dropped
  }
}

const mostRemembered = 2000
