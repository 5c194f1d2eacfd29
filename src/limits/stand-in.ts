import type { Database } from '../database/client.js'

/** What a server knows of a window: how many attempts were counted in it, and when it ends. */
export type KnownWindow = { name: string; consumed: number; msLeft: number }

/** Where several servers count together while Redis, which they share, is away. */
export type StandIn = {
  /** Counts so many more on top of what is known, here or there; null where the stand-in does not answer. */
  add(known: KnownWindow, points: number): Promise<KnownWindow | null>
  /** What it knows of a window; null where it knows nothing, or does not answer. */
  get(name: string): Promise<KnownWindow | null>
  /** Is told what a server knows, so that the others count on from it. */
  hear(windows: KnownWindow[]): Promise<void>
  /** Redis counts again: what was counted here is part of what it will be told. */
  settle(): Promise<void>
}

/** For a server that shares its Redis with nobody's database. */
export const noStandIn: StandIn = {
  add: async () => null,
  get: async () => null,
  hear: async () => undefined,
  settle: async () => undefined,
}

const timeoutMs = 1000
const rowsPerStatement = 1000

/**
 * In the table LimitWindow. A window there has what Redis had counted, as far as any server heard of it (`heard`), and
 * what was counted since (`added`), so that it does not matter in which order the servers tell and count.
 */
export function createDatabaseStandIn(database: Pick<Database, 'query'>): StandIn {
  let silentUntilMs = 0

  /** As long as Redis is waited for; a database that does not answer is left in peace for as long. */
  async function answer<T>(asking: Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('late')), timeoutMs)
    })
    try {
      return await Promise.race([asking, late])
    } catch {
      silentUntilMs = performance.now() + timeoutMs
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  async function one(sql: string, params: [name: string, ...rest: number[]]): Promise<KnownWindow | null> {
    if (performance.now() < silentUntilMs) return null
    return (await answer(database.query<KnownWindow>(sql, params)))?.[0] ?? null
  }

  return {
    add: ({ name, consumed, msLeft }, points) => one(addSql, [name, consumed, msLeft, points]),
    get: (name) => one(`SELECT ${columns} FROM "LimitWindow" WHERE name = $1 AND "endsAt" > now()`, [name]),
    async hear(windows) {
      for (let from = 0; from < windows.length; from += rowsPerStatement) {
        const some = windows.slice(from, from + rowsPerStatement)
        await database.query(hearSql, [
          some.map(({ name }) => name),
          some.map(({ consumed }) => consumed),
          some.map(({ msLeft }) => msLeft),
        ])
      }
    },
    async settle() {
      await database.query('UPDATE "LimitWindow" SET heard = heard + added, added = 0 WHERE added <> 0')
    },
  }
}

const columns = 'name, heard + added AS consumed, ceil(extract(epoch FROM "endsAt" - now()) * 1000)::int AS "msLeft"'

/** A window that has ended is begun anew. */
const onConflict = `
  ON CONFLICT (name) DO UPDATE SET
    heard = CASE WHEN known."endsAt" <= now() THEN excluded.heard ELSE greatest(known.heard, excluded.heard) END,
    added = CASE WHEN known."endsAt" <= now() THEN excluded.added ELSE known.added + excluded.added END,
    "endsAt" = CASE WHEN known."endsAt" <= now() THEN excluded."endsAt" ELSE known."endsAt" END`

const addSql = `
  INSERT INTO "LimitWindow" AS known (name, heard, added, "endsAt")
  VALUES ($1, $2::int, $4::int, now() + $3::int * interval '1 ms')
  ${onConflict}
  RETURNING ${columns}`

const hearSql = `
  INSERT INTO "LimitWindow" AS known (name, heard, added, "endsAt")
  SELECT name, consumed, 0, now() + ms * interval '1 ms'
  FROM unnest($1::text[], $2::int[], $3::int[]) AS told (name, consumed, ms) ORDER BY name
  ${onConflict}`
