import { createHash, randomBytes } from 'node:crypto'

/** Where every id and every jitter comes from; with a seed, a run replays to the same ids. */
export type RandomSource = {
  bytes(count: number): Buffer
  /** A whole number from 0 up to, not including, `limit` (at most 2^32). */
  below(limit: number): number
}

export function createRandom(seed: string | null): RandomSource {
  const bytes = seed === null ? pooledBytes() : seededBytes(seed)
  return { bytes, below: (limit) => bytes(4).readUInt32BE(0) % limit }
}

const poolBytes = 8192

/** Asking the system for a few bytes costs as much as for thousands. */
function pooledBytes(): (count: number) => Buffer {
  let pool = Buffer.alloc(0)
  return (count) => {
    if (count > pool.length) pool = randomBytes(Math.max(poolBytes, count))
    const taken = pool.subarray(0, count)
    pool = pool.subarray(count)
    return taken
  }
}

function seededBytes(seed: string): (count: number) => Buffer {
  let counter = 0
  return (count) => {
    const blocks: Buffer[] = []
    for (let made = 0; made < count; made += 32) {
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, count)
  }
}

/** A copy in another order: where there is more than one item, never the order they came in. */
export function shuffled<T>(items: readonly T[], random: RandomSource): T[] {
  const mixed = items
    .map((item, index) => ({ item, index, rank: random.below(2 ** 32) }))
    .sort((a, b) => a.rank - b.rank)
  const unchanged = mixed.every(({ index }, position) => index === position)
  return (unchanged ? mixed.reverse() : mixed).map(({ item }) => item)
}
