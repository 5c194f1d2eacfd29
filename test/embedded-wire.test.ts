import { once } from 'node:events'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseThread } from '../src/database/embedded/database-thread.js'
import { type EmbeddedDatabase, openEmbedded } from '../src/database/embedded/open.js'
import { silentLogger } from './support/silent-logger.js'
import { within } from './support/wait.js'

let database: EmbeddedDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await openEmbedded({ dataDir: null, logger: silentLogger })
  pool = database.pool
  await pool.query(`
    CREATE TABLE item (id int PRIMARY KEY, text text);
    CREATE TABLE child (
      id int PRIMARY KEY,
      item int REFERENCES item DEFERRABLE INITIALLY DEFERRED
    )`)
})
afterAll(() => database.close())
beforeEach(async () => {
  await pool.query('TRUNCATE item, child')
})

const ids = async () => (await pool.query<{ id: number }>('SELECT id FROM item ORDER BY id')).rows.map((row) => row.id)

/** What pg-pool does with a client whose query failed: the next one speaks to the same PGlite session. */
const drop = (client: pg.PoolClient) => client.release(new Error('dropped'))

describe('a client that is dropped leaves nothing behind in the one session', () => {
  it('of its transaction: the next client is outside of it, and a later rollback takes nothing of the next', async () => {
    const first = await pool.connect()
    await first.query('BEGIN')
    await first.query('INSERT INTO item VALUES (1)')
    drop(first)
    await pool.query('INSERT INTO item VALUES (2)')
    const third = await pool.connect()
    await third.query('ROLLBACK')
    third.release()
    expect(await ids()).toEqual([2])
  })

  it('of its prepared statements: the next client prepares one of the same name', async () => {
    const first = await pool.connect()
    await first.query({ name: 'statement', text: 'SELECT 1 AS n' })
    drop(first)
    const { rows } = await pool.query({ name: 'statement', text: 'SELECT 2 AS n' })
    expect(rows).toEqual([{ n: 2 }])
  })

  it('of a failed multi-statement: the next query does not find an aborted transaction', async () => {
    await expect(pool.query('BEGIN; INSERT INTO item VALUES (1); SELECT 1/0')).rejects.toMatchObject({ code: '22012' })
    await pool.query('INSERT INTO item VALUES (2)')
    expect(await ids()).toEqual([2])
  })

  it('of its settings and temporary tables', async () => {
    const first = await pool.connect()
    await first.query("SET timezone = 'Asia/Kolkata'; CREATE TEMPORARY TABLE scratch (id int)")
    drop(first)
    const { rows } = await pool.query("SELECT current_setting('timezone') AS zone, to_regclass('scratch') AS scratch")
    expect(rows).toEqual([{ zone: 'UTC', scratch: null }])
  })
})

describe('transactions on the embedded database', () => {
  it('run side by side: each of 20 commits or rolls back alone', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, id) => {
        const client = await pool.connect()
        await client.query('BEGIN')
        await client.query('INSERT INTO item VALUES ($1)', [id])
        await client.query(id % 2 === 0 ? 'COMMIT' : 'ROLLBACK')
        client.release()
      }),
    )
    expect(await ids()).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
  })

  it('report a COMMIT that fails, and keep nothing of it', async () => {
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO item VALUES (1)')
    await client.query('INSERT INTO child VALUES (1, 99)')
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '23503' })
    client.release()
    expect(await ids()).toEqual([])
  })

  it('wait for each other: a query outside comes after the transaction that holds the connection', async () => {
    const client = await pool.connect()
    await client.query('BEGIN')
    const outside = pool.query<{ count: string }>('SELECT count(*) FROM item')
    await client.query('INSERT INTO item VALUES (1)')
    await client.query('COMMIT')
    client.release()
    expect((await outside).rows).toEqual([{ count: '1' }])
  })
})

describe('the embedded wire', () => {
  it('carries a result of 20 MB', async () => {
    const { rows } = await pool.query<{ text: string }>("SELECT repeat('x', 20000000) AS text")
    expect(rows[0]?.text).toBe('x'.repeat(20_000_000))
  })

  it('carries a result of many rows', async () => {
    const { rows } = await pool.query<{ i: number }>("SELECT i, repeat('y', 100) FROM generate_series(1, 50000) AS i")
    expect(rows).toHaveLength(50_000)
    expect(rows.every((row, i) => row.i === i + 1)).toBe(true)
  })

  it('carries a parameter of 20 MB, there and back', async () => {
    const text = 'é'.repeat(10_000_000)
    await pool.query('INSERT INTO item VALUES (1, $1)', [text])
    const { rows } = await pool.query<{ text: string }>('SELECT text FROM item')
    expect(rows[0]?.text).toBe(text)
  })

  it('answers a statement that recurses too deep with an error and goes on', async () => {
    await expect(pool.query(`SELECT repeat('[', 100000)::json`)).rejects.toMatchObject({ code: '22P02' })
    await expect(pool.query(`SELECT ${'1+'.repeat(30_000)}1`)).rejects.toMatchObject({ code: '54001' })
    expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  })

  it('leaves the event loop to the server while a statement computes', async () => {
    let running = true
    let turns = 0
    const turn = () => {
      turns++
      if (running) setImmediate(turn)
    }
    turn()
    await pool.query('SELECT count(*) FROM generate_series(1, 500000)')
    running = false
    expect(turns).toBeGreaterThan(100)
  })

  it('is untouched by the PG* variables of the environment, which mean another server', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { PGHOST: '192.0.2.1', PGPORT: '1', PGUSER: 'x', PGDATABASE: 'x', PGSSLMODE: 'require' })
    try {
      drop(await pool.connect())
      expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
    } finally {
      process.env = before
    }
  })
})

describe('the thread, spoken to as a socket', () => {
  let thread: DatabaseThread
  beforeAll(async () => {
    thread = await DatabaseThread.open(null, await database.dump())
  })
  afterAll(() => thread.close())

  const packet = (code: number, body: string): Buffer => {
    const bytes = Buffer.alloc(8 + Buffer.byteLength(body))
    bytes.writeUInt32BE(bytes.length)
    bytes.writeUInt32BE(code, 4)
    bytes.write(body, 8)
    return bytes
  }
  const message = (type: string, body: string): Buffer => {
    const bytes = Buffer.alloc(5 + Buffer.byteLength(body))
    bytes.write(type)
    bytes.writeUInt32BE(bytes.length - 1, 1)
    bytes.write(body, 5)
    return bytes
  }
  const startup = packet(196608, 'user\0postgres\0database\0postgres\0\0')
  const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

  /** Writes the parts one after the other; resolves with the answer once it ends with `end`. */
  const ask = (stream: ReturnType<DatabaseThread['connect']>, parts: Uint8Array[], end: Uint8Array) =>
    within(
      15_000,
      new Promise<Buffer>((resolve, reject) => {
        let answer = Buffer.alloc(0)
        const onData = (bytes: Buffer) => {
          answer = Buffer.concat([answer, bytes])
          if (!answer.subarray(-end.length).equals(end)) return
          stream.off('data', onData)
          resolve(answer)
        }
        stream.on('data', onData)
        stream.once('error', reject)
        for (const part of parts) stream.write(part)
      }),
    )

  it('takes a startup packet and a query in pieces of one byte', async () => {
    const stream = thread.connect()
    const bytes = Buffer.concat([startup, message('Q', "SELECT 'found'\0")])
    await ask(
      stream,
      [...startup].map((byte) => Buffer.from([byte])),
      readyForQuery,
    )
    const answer = await ask(
      stream,
      [...bytes.subarray(startup.length)].map((byte) => Buffer.from([byte])),
      readyForQuery,
    )
    expect(answer.toString('latin1')).toContain('found')
    stream.end()
  })

  it('declines encryption and goes on in the clear', async () => {
    const stream = thread.connect()
    expect((await ask(stream, [packet(80877103, '')], Buffer.from('N'))).toString()).toBe('N')
    await ask(stream, [startup], readyForQuery)
    stream.end()
  })

  it('closes the connection of a CancelRequest, and no other', async () => {
    const client = new pg.Client({ stream: () => thread.connect(), ssl: false })
    await client.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO item VALUES (7)')
    const other = thread.connect()
    other.write(packet(80877102, '12345678'))
    await within(15_000, once(other, 'close'))
    await client.query('COMMIT')
    expect((await client.query('SELECT id FROM item WHERE id = 7')).rows).toEqual([{ id: 7 }])
    await client.end()
  })

  it('starts a session afresh where the one before left amid an extended query that had failed', async () => {
    const first = thread.connect()
    await ask(first, [startup], readyForQuery)
    const failed = ask(first, [message('P', '\0NO SQL\0\0\0')], Buffer.from([0, 0]))
    expect((await failed).toString('latin1')).toContain('syntax error')
    first.destroy()
    const second = thread.connect()
    await ask(second, [startup], readyForQuery)
    expect((await ask(second, [message('Q', 'SELECT 1\0')], readyForQuery)).toString('latin1')).toContain('SELECT 1')
    second.end()
  })

  it('hangs up on a connection that another has followed, before anything of it is run', async () => {
    const first = thread.connect()
    await ask(first, [startup], readyForQuery)
    const second = thread.connect()
    await ask(second, [startup], readyForQuery)
    first.write(message('Q', 'CREATE TABLE intruder (id int)\0'))
    await within(15_000, once(first, 'close'))
    const answer = await ask(second, [message('Q', "SELECT to_regclass('intruder') IS NULL AS x\0")], readyForQuery)
    expect(answer.includes(Buffer.from([0x44, 0, 0, 0, 11, 0, 1, 0, 0, 0, 1, 0x74]))).toBe(true)
    second.end()
  })

  it('answers pipelined queries in their order, the failing one among them', async () => {
    const client = new pg.Client({ stream: () => thread.connect(), ssl: false, pipeline: true } as pg.ClientConfig)
    await client.connect()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        client.query<{ n: number }>('SELECT $1::int / $2::int AS n', [i * 10, i === 50 ? 0 : 10]),
      ),
    )
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.rows[0]?.n : null))).toEqual(
      Array.from({ length: 100 }, (_, i) => (i === 50 ? null : i)),
    )
    await client.end()
  })
})
