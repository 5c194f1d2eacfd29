import { describe, expect, it } from 'vitest'
import { createBatcher } from '../src/core/batch.js'

/** A batcher whose batches are noted, and end when they are told to. */
function observed(run: (items: number[]) => (number | Error)[], options: { maxItems?: number; atOnce?: number } = {}) {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const batcher = createBatcher<number, number>({
    ...options,
    async run(items) {
      batches.push(items)
      await new Promise<void>((resolve) => ends.push(resolve))
      return run(items)
    },
  })
  /** Lets every batch that has begun, and each that begins after it, end. */
  async function endAll(outcome: Promise<unknown>): Promise<void> {
    let ended = false
    void outcome.then(
      () => {
        ended = true
      },
      () => {
        ended = true
      },
    )
    while (!ended) {
      for (const end of ends.splice(0)) end()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { batcher, batches, endAll }
}

const doubled = (items: number[]) => items.map((item) => item * 2)

describe('what comes together', () => {
  it('is one batch, and what comes while it runs is the next; each gets its own result, in order', async () => {
    const { batcher, batches, endAll } = observed(doubled)
    const first = [batcher(1), batcher(2)]
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(batches).toEqual([[1, 2]])
    const all = Promise.all([...first, batcher(3), batcher(4)])
    await endAll(all)
    expect(await all).toEqual([2, 4, 6, 8])
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('is cut at the most that a batch may hold, and no more batches run at once than may', async () => {
    const { batcher, batches, endAll } = observed(doubled, { maxItems: 2, atOnce: 2 })
    const all = Promise.all([1, 2, 3, 4, 5].map(batcher))
    await new Promise((resolve) => setImmediate(resolve))
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ])
    await endAll(all)
    expect(await all).toEqual([2, 4, 6, 8, 10])
    expect(batches.at(-1)).toEqual([5])
  })

  it('fails one by one where the error is one item’s own', async () => {
    const { batcher, batches, endAll } = observed((items) =>
      items.map((item) => (item === 2 ? new Error('two') : item)),
    )
    const all = Promise.allSettled([batcher(1), batcher(2), batcher(3)])
    await endAll(all)
    expect(await all).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: new Error('two') },
      { status: 'fulfilled', value: 3 },
    ])
    expect(batches).toHaveLength(1)
  })

  it('runs again one by one where the batch failed as a whole, so that none fails for another’s sake', async () => {
    const { batcher, batches, endAll } = observed((items) => {
      if (items.includes(2)) throw new Error('all of it')
      return items
    })
    const all = Promise.allSettled([batcher(1), batcher(2), batcher(3)])
    await endAll(all)
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(batches).toEqual([[1, 2, 3], [1], [2], [3]])
    const after = batcher(4)
    await endAll(after)
    expect(await after).toBe(4)
  })
})
