import { describe, expect, it, onTestFinished } from 'vitest'
import { createDatabase, isUniqueViolation } from '../src/database/client.js'
import { createPool } from '../src/database/pool.js'
import { freshPostgres, testDatabaseUrl } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'

describe.skipIf(testDatabaseUrl === null)('a write that a unique constraint refuses', () => {
  it.each(['raw', 'delegate'] as const)('is known for one, however it was written (%s)', async (kind) => {
    const pool = createPool(await freshPostgres(), { logger: silentLogger })
    const database = createDatabase(pool)
    onTestFinished(async () => {
      await database.close()
      await pool.end()
    })
    await pool.query(`CREATE TABLE "EventHead" ("organizationId" text PRIMARY KEY, "position" bigint NOT NULL)`)
    const write = () =>
      database.transaction(async (tx) =>
        kind === 'raw'
          ? tx.$executeRaw`INSERT INTO "EventHead" VALUES ('a', 1)`
          : tx.eventHead.create({ data: { organizationId: 'a', position: 1n } }),
      )
    await write()
    expect(isUniqueViolation(await write().catch((error: unknown) => error))).toBe(true)
    expect(isUniqueViolation(new Error('another'))).toBe(false)
  })
})
