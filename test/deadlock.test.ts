import { describe, expect, it, onTestFinished } from 'vitest'
import { createDatabase } from '../src/database/client.js'
import { createPool } from '../src/database/pool.js'
import { freshPostgres, testDatabaseUrl } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'
import { within } from './support/wait.js'

describe.skipIf(testDatabaseUrl === null)('two transactions that wait for each other', () => {
  it.each(['raw', 'delegate'] as const)('both end well: the one that PostgreSQL ends runs again (%s)', async (kind) => {
    const pool = createPool(await freshPostgres(), { logger: silentLogger })
    const database = createDatabase(pool)
    onTestFinished(async () => {
      await database.close()
      await pool.end()
    })
    await pool.query(`CREATE TABLE "EventHead" ("organizationId" text PRIMARY KEY, "position" bigint NOT NULL);
      INSERT INTO "EventHead" VALUES ('a', 0), ('b', 0)`)

    const runs: Record<string, number> = {}
    const holding = new Set<string>()
    let met = () => {}
    const bothHaveOne = new Promise<void>((resolve) => {
      met = resolve
    })
    const count = (first: string, second: string) =>
      database.transaction(async (tx) => {
        const add = (organizationId: string) =>
          kind === 'raw'
            ? tx.$executeRaw`UPDATE "EventHead" SET "position" = "position" + 1 WHERE "organizationId" = ${organizationId}`
            : tx.eventHead.update({ where: { organizationId }, data: { position: { increment: 1 } } })
        runs[first] = (runs[first] ?? 0) + 1
        await add(first)
        holding.add(first)
        if (holding.size === 2) met()
        await bothHaveOne
        await add(second)
      })
    await within(20_000, Promise.all([count('a', 'b'), count('b', 'a')]))
    const { rows } = await pool.query('SELECT "position"::int AS n FROM "EventHead"')
    expect(rows).toEqual([{ n: 2 }, { n: 2 }])
    expect(Object.values(runs).sort()).toEqual([1, 2])
  })
})
