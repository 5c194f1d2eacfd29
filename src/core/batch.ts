/** Takes one item; its result comes when the batch that it went with has run. */
export type Batcher<Item, Result> = (item: Item) => Promise<Result>

export type BatchOptions<Item, Result> = {
  /** Runs some items together: for each, in their order, its result, or the error that is its own. */
  run(items: Item[]): Promise<(Result | Error)[]>
  /** Items of one batch at most. */
  maxItems?: number
  /** Batches that run at the same time. */
  atOnce?: number
}

/**
 * Lets what comes at the same time go together: while a batch runs, the items that come meanwhile wait to be the next.
 * Nobody waits for company, so an item that comes alone runs alone and at once. Where a batch fails as a whole each of
 * its items runs again by itself, so that none fails for another's sake: `run` leaves nothing behind when it rejects.
 */
export function createBatcher<Item, Result>(options: BatchOptions<Item, Result>): Batcher<Item, Result> {
  const { run, maxItems = 50, atOnce = 1 } = options
  type Waiting = { item: Item; resolve(result: Result): void; reject(error: unknown): void }
  const waiting: Waiting[] = []
  let running = 0

  async function runBatch(batch: Waiting[]): Promise<void> {
    let results: (Result | Error)[]
    try {
      results = await run(batch.map(({ item }) => item))
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await runBatch([one])
      else batch[0]?.reject(error)
      return
    }
    batch.forEach(({ resolve, reject }, n) => {
      const result = results[n] as Result | Error
      if (result instanceof Error) reject(result)
      else resolve(result)
    })
  }

  async function work(): Promise<void> {
    running++
    try {
      while (waiting.length > 0) await runBatch(waiting.splice(0, maxItems))
    } finally {
      running--
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // What is asked for in the same turn goes with the first batch.
      if (running < atOnce) queueMicrotask(() => void (waiting.length > 0 && running < atOnce && work()))
    })
}

/** One batcher for each `owner`, such as a database, made when it is first asked for and gone with its owner. */
export function batcherOf<Owner extends object, Item, Result>(
  options: (owner: Owner) => BatchOptions<Item, Result>,
): (owner: Owner) => Batcher<Item, Result> {
  const batchers = new WeakMap<Owner, Batcher<Item, Result>>()
  return (owner) => {
    const existing = batchers.get(owner)
    if (existing) return existing
    const batcher = createBatcher(options(owner))
    batchers.set(owner, batcher)
    return batcher
  }
}
