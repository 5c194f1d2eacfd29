import { expect, it, onTestFinished } from 'vitest'
import { createDatabase } from '../src/database/client.js'
import { createPool } from '../src/database/pool.js'
import { updateRows } from '../src/database/write-rows.js'
import { freshPostgres, testDatabaseUrl } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'

type Row = { organizationId: string; id: string; a: string | null; b: number; c: string }

it.skipIf(testDatabaseUrl === null)('writes the columns named of a few rows, and finds them by their key', async () => {
  const pool = createPool(await freshPostgres(), { logger: silentLogger })
  const database = createDatabase(pool)
  onTestFinished(async () => {
    await database.close()
    await pool.end()
  })
  await pool.query(`CREATE TABLE "Row" ("organizationId" text, id text, a text, b int, c text, PRIMARY KEY ("organizationId", id));
    INSERT INTO "Row" SELECT 'org', n::text, 'before', 0, repeat('c', 200) FROM generate_series(1, 6000) AS n;
    ANALYZE "Row"`)

  const rows: Row[] = ['7', '8', 'gone'].map((id) => ({
    ...{ organizationId: 'org', id, a: id === '7' ? null : `it's "${id}"`, b: 2, c: 'not named' },
  }))
  const scans = await database.transaction(async (tx) => {
    const readWhole = async () =>
      (await tx.$queryRaw<{ n: bigint }[]>`SELECT seq_scan AS n FROM pg_stat_xact_user_tables WHERE relname = 'Row'`)[0]
        ?.n
    const before = await readWhole()
    // So often that the statement is prepared, and planned for any number of rows.
    for (let n = 0; n < 12; n++) await updateRows(tx, 'Row', ['a', 'b'], rows)
    await updateRows<Row>(tx, 'Row', ['a', 'b'], [])
    return [before, await readWhole()]
  })
  expect(scans[1]).toBe(scans[0])
  const { rows: after } = await pool.query(`SELECT id, a, b, length(c) AS c FROM "Row" WHERE b <> 0 ORDER BY id`)
  expect(after).toEqual([
    { id: '7', a: null, b: 2, c: 200 },
    { id: '8', a: `it's "8"`, b: 2, c: 200 },
  ])
})
