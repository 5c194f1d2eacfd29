import { expect, it } from 'vitest'
import { createDatabase, type Tx } from '../src/database/client.js'
import { createPool } from '../src/database/pool.js'
import { onEveryStore } from './support/event-log.js'
import { freshPostgres } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'

onEveryStore('a transaction', (database) => {
  it('holds the statements of ours and those of Prisma as one, in their order', async () => {
    const { query, transaction } = database()
    const slugs = async () =>
      (await query(`SELECT slug FROM "Organization" WHERE slug LIKE 'one-%'`)).map((row) => row.slug)
    const both = (slug: string) =>
      transaction(async (tx) => {
        await tx.organization.create({ data: { id: `org_${slug}`, slug: `one-${slug}`, name: slug } })
        const renamed = await tx.$executeRaw`UPDATE "Organization" SET name = 'New' WHERE slug = ${`one-${slug}`}`
        const found = await tx.organization.findUnique({ where: { slug: `one-${slug}` } })
        expect([renamed, found?.name]).toEqual([1, 'New'])
        if (slug === 'b') throw new Error('not kept')
      })
    await both('a')
    await expect(both('b')).rejects.toThrow('not kept')
    expect(await slugs()).toEqual(['one-a'])
  })

  it('commits nothing, and says so, where the error of a statement was caught', async () => {
    const { query, transaction } = database()
    const both = transaction(async (tx) => {
      await tx.organization.create({ data: { id: 'org_c', slug: 'caught', name: 'Caught' } })
      await tx.$executeRaw`SELECT 1 / 0`.catch(() => undefined)
    })
    await expect(both).rejects.toThrow('nothing was committed')
    expect(await query(`SELECT id FROM "Organization" WHERE slug = 'caught'`)).toEqual([])
  })

  it('lets nobody inside it ask outside, where the embedded database would wait for ever', async () => {
    const db = database()
    const asked: (() => Promise<unknown>)[] = [
      () => db.query('SELECT 1'),
      async () => db.prisma,
      () => db.transaction(async () => undefined),
      () => db.ping(),
    ]
    for (const ask of asked) {
      await expect(db.transaction(ask)).rejects.toThrow('Inside a transaction only its own client may be used.')
      await ask()
    }
  })

  it('answers values of every kind as Prisma does', async () => {
    const at = new Date('2026-11-29T12:34:56.789Z')
    const bytes = new Uint8Array([1, 2, 255])
    const [row] = await database().transaction(
      (tx) => tx.$queryRaw<Record<string, unknown>[]>`
        SELECT ${at}::timestamptz AS time, ${2n ** 60n}::int8 AS big, ${7}::int AS small, ${1.5}::numeric AS exact,
          ${['a', 'b,"c']}::text[] AS list, ${JSON.stringify({ a: [1] })}::jsonb AS json, ${bytes}::bytea AS bytes,
          ${null}::text AS nothing, ${true}::bool AS yes`,
    )
    const { exact, bytes: stored, ...others } = row ?? {}
    expect({ ...others, exact: String(exact), bytes: [...(stored as Uint8Array)] }).toEqual({
      ...{ time: at, big: 2n ** 60n, small: 7, exact: '1.5', list: ['a', 'b,"c'] },
      ...{ json: { a: [1] }, bytes: [1, 2, 255], nothing: null, yes: true },
    })
  })
})

const url = process.env.TEST_DATABASE_URL

it.skipIf(!url)(
  'a transaction that was ended for its length runs no statement any more, of ours or of Prisma',
  async () => {
    const pool = createPool(await freshPostgres(), { logger: silentLogger, max: 1 })
    const database = createDatabase(pool, { waitMs: 5000, lengthMs: 100 })
    await pool.query(`CREATE TABLE "EventHead" ("organizationId" text PRIMARY KEY, "position" bigint NOT NULL)`)
    const add = (tx: Tx, organizationId: string) => tx.eventHead.create({ data: { organizationId, position: 1n } })
    for (const joined of [false, true]) {
      const refused: unknown[] = []
      const late = database.transaction(async (tx) => {
        if (joined) await add(tx, 'before')
        // For as long as the transaction may last, and then whatever it is met with.
        while (refused.length === 0)
          await tx.$queryRaw`SELECT pg_sleep(0.01)`.catch((error: unknown) => refused.push(error))
        await add(tx, 'after').catch((error: unknown) => refused.push(error))
        await tx.$executeRaw`CREATE TABLE "outside" ()`
      })
      await expect(late).rejects.toThrow('The transaction has ended.')
      expect(refused).toHaveLength(2)
      expect(String(refused[0])).toContain('The transaction has ended.')
    }
    expect(await database.query(`SELECT to_regclass('outside') AS found`)).toEqual([{ found: null }])
    expect(await database.query('SELECT * FROM "EventHead"')).toEqual([])
    expect(pool.totalCount).toBe(1)
    await database.close()
    await pool.end()
  },
)

it.skipIf(!url)('a transaction that gets no connection in time fails, and the next gets one', async () => {
  const pool = createPool(url ?? '', { logger: silentLogger, max: 1 })
  const database = createDatabase(pool, { waitMs: 50, lengthMs: 5000 })
  const held = await pool.connect()
  const ask = () => database.transaction((tx) => tx.$queryRaw`SELECT 1 AS one`)
  await expect(ask()).rejects.toThrow('No connection was free for 50 ms.')
  held.release()
  expect(await ask()).toEqual([{ one: 1 }])
  await database.close()
  await pool.end()
})

it.skipIf(!url).each(['inside', 'outside'])(
  'a statement that came often, and that a migration changes the answer of, is answered as it is now: %s',
  async (where) => {
    const pool = createPool(await freshPostgres(), { logger: silentLogger, max: 1 })
    const database = createDatabase(pool)
    await database.query('CREATE TABLE "Growing" AS SELECT 1 AS a')
    const ask = () =>
      where === 'outside'
        ? database.queryPrepared('SELECT * FROM "Growing"', [])
        : database.transaction((tx) => tx.$queryRaw`SELECT * FROM "Growing"`)
    const names = async () => (await database.query('SELECT name FROM pg_prepared_statements')).length
    for (let n = 0; n < 10; n++) expect(await ask()).toEqual([{ a: 1 }])
    expect(await names()).toBe(1)
    await database.query('ALTER TABLE "Growing" ADD b int')
    for (let n = 0; n < 10; n++) expect(await ask()).toEqual([{ a: 1, b: null }])
    await database.close()
    await pool.end()
  },
)
