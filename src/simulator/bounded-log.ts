/** Rows in the order they came, numbered from 1; beyond the bounds the oldest go. */
export class BoundedLog<Row> {
  readonly #rows = new Map<number, { row: Row; weight: number }>()
  #oldestSeq = 1
  #lastSeq = 0
  #weight = 0
  readonly #bounds: { rows: number; weight: number }
  readonly #onDrop: (row: Row) => void

  /** `weight` bounds the sum of what `add` says a row weighs, in bytes; `onDrop` sees each row that goes. */
  constructor(bounds: { rows: number; weight: number }, onDrop: (row: Row) => void = () => {}) {
    this.#bounds = bounds
    this.#onDrop = onDrop
  }

  add(make: (seq: number) => Row, weight: number): Row {
    this.#lastSeq += 1
    const row = make(this.#lastSeq)
    this.#rows.set(this.#lastSeq, { row, weight })
    this.#weight += weight
    while (this.#rows.size > 1 && (this.#rows.size > this.#bounds.rows || this.#weight > this.#bounds.weight)) {
      this.#dropOldest()
    }
    return row
  }

  /** The rows with a number above `seq`, oldest first. */
  after(seq: number): Row[] {
    const found: Row[] = []
    for (let next = Math.max(seq + 1, this.#oldestSeq); next <= this.#lastSeq; next += 1) {
      const entry = this.#rows.get(next)
      if (entry) found.push(entry.row)
    }
    return found
  }

  #dropOldest(): void {
    const entry = this.#rows.get(this.#oldestSeq)
    this.#rows.delete(this.#oldestSeq)
    this.#oldestSeq += 1
    if (!entry) return
    this.#weight -= entry.weight
    this.#onDrop(entry.row)
  }
}
