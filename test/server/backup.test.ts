import { cp, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyRow } from '../support/every-row.js'
import { createTestDatabase, testDatabaseUrl } from '../support/fresh-postgres.js'
import { png, uploaded } from '../support/media-files.js'
import { withDatabase } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { runServer, runToEnd } from '../support/server-process.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

/** Each runs several programs after the other, and may make an embedded database. */
const timeoutMs = 240_000

/** `KAANHA_MOVE_MESSAGES=100000` is the long form, whose figures docs/operations.md has. */
const messages = Number(process.env.KAANHA_MOVE_MESSAGES ?? 2000)

const data = (env: Record<string, string>, ...words: string[]) => runToEnd('cli/data', words, env)

describeServer('a database as a whole', () => {
  let server: TestServer
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>
  let archive: string
  let mediaId: string
  beforeAll(async () => {
    folder = await makeTemporaryFolder()
    archive = join(folder.path, 'kaanha.tar.gz')
    server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on' } })
    const phone = newPhone()
    const wamid = await server.customerWrites(phone, 'Grüße\n"and" \\backslash, {braces}')
    await find(async () => (await server.rest('GET', '/messages')).json.data.some((m: Row) => m.messageId === wamid))
    mediaId = await uploaded(server, png)
    await server.rest('POST', '/send', { to: phone, type: 'image', mediaId, caption: 'A dot' })
    const made = await server.graphql(
      `mutation { createWebhook(input: { name: "w", url: "http://127.0.0.1:9/", events: ["contact.updated"] }) { webhook { id } } }`,
    )
    expect(made.errors).toBeUndefined()
  })
  afterAll(async () => {
    await server.dispose()
    await folder.remove()
  })

  type Row = Record<string, unknown>

  test(
    'is backed up while the server runs, and restored into the other kind of store: every row, every file',
    async () => {
      const backup = await data(server.env, 'backup', archive)
      expect(backup).toMatchObject({
        exitCode: 0,
        stdout: '',
        stderr: expect.stringMatching(/Contact: 1 rows[\s\S]*encryption/),
      })
      expect((await stat(archive)).mode & 0o777).toBe(0o600)
      expect(await data(server.env, 'backup', archive)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('exists'),
      })

      const target = store === 'embedded' && testDatabaseUrl ? await createTestDatabase() : null
      const { DATABASE_URL: _url, REDIS_URL: _redis, ...rest } = server.env
      const env = { ...rest, DATA_DIR: join(folder.path, 'restored'), ...(target ? { DATABASE_URL: target.url } : {}) }
      const keys = target ? { KAANHA_ENCRYPTION_KEYS: await keysOf(server) } : {}
      expect(await data(env, 'restore', archive)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('1 files of media'),
      })
      expect(await data(env, 'restore', archive)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('not empty'),
      })

      const restored = await runServer({ ...env, ...keys })
      try {
        const get = (path: string) => fetch(restored.url + path, { headers: { authorization: `Bearer ${server.key}` } })
        const bytes = await (await get(`/api/media/${mediaId}`)).arrayBuffer()
        expect(Buffer.compare(Buffer.from(bytes), png)).toBe(0)
        const list = async (path: string) => (await (await get(`/api/whatsapp-api${path}`)).json()).data
        for (const path of ['/contacts', '/messages', '/chats']) {
          const strip = (rows: Row[]) => JSON.stringify(rows).replaceAll(/"status":"\w+"|"(?:\w+At)":"?[^",]*"?/g, '')
          expect(strip(await list(path))).toBe(strip((await server.rest('GET', path)).json.data))
        }
        // The sequences go on: what comes in now gets numbers of its own.
        await fetch(`${restored.simulatorUrl}/_simulator/inbound`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ from: '919800000001', message: { type: 'text', text: { body: 'after' } } }),
        })
        await find(async () => (await list('/messages')).find((m: Row) => m.text === 'after'))
      } finally {
        await restored.stop()
        await target?.drop()
      }
    },
    timeoutMs,
  )

  test.runIf(store === 'embedded' && testDatabaseUrl)(
    'is not restored from half an archive, and nothing stays',
    async () => {
      const half = join(folder.path, 'half.tar.gz')
      await cp(archive, half)
      await truncate(half, Math.floor((await stat(archive)).size * 0.7))
      const target = await createTestDatabase()
      try {
        expect(await data({ DATA_DIR: folder.path, DATABASE_URL: target.url }, 'restore', half)).toMatchObject({
          exitCode: 1,
          stderr: expect.stringMatching(/\nrestore: [^\n]+unexpected end of file\)\n$/),
        })
        expect(
          await withDatabase({ DATABASE_URL: target.url }, (rows) => rows.select('SELECT 1 FROM "Contact"')),
        ).toEqual([])
      } finally {
        await target.drop()
      }
    },
  )

  test.runIf(store === 'embedded' && testDatabaseUrl)(
    'moves to a PostgreSQL, row by row the same',
    async () => {
      const to = await createTestDatabase()
      try {
        expect(await data(server.env, 'move', '--to', to.url)).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining('in use'),
        })
        await server.stop()
        await withDatabase(server.env, (rows) =>
          rows.select(
            `INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status, text, content, "createdAt")
           SELECT c."organizationId", 'msg_' || lpad(n::text, 26, '0'), c.id, c."contactId", 'INBOUND', 'TEXT', 'RECEIVED',
             repeat('text ', 1 + n % 40) || n, jsonb_build_object('text', n, 'of', n / 7.0), now() - n * interval '1 second'
           FROM "Conversation" c, generate_series(1, ${messages}) AS n WHERE c.id = (SELECT min(id) FROM "Conversation")`,
          ),
        )
        const began = performance.now()
        const moved = await data(server.env, 'move', '--to', to.url)
        console.info(`${messages} messages moved in ${Math.round(performance.now() - began)} ms`)
        expect(moved).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('equal in both') })
        const there = await withDatabase({ DATABASE_URL: to.url }, everyRow)
        const here = await withDatabase(server.env, everyRow)
        expect(here.get('Message')?.length).toBeGreaterThan(messages)
        expect([...here.keys()]).toEqual([...there.keys()])
        for (const [table, rows] of here) expect(there.get(table), table).toEqual(rows)

        const keys = (await readFile(join(server.env.DATA_DIR ?? '', 'encryption-keys'), 'utf8')).trim()
        const after = await runServer({ ...server.env, DATABASE_URL: to.url, KAANHA_ENCRYPTION_KEYS: keys })
        await after.stop()
      } finally {
        await to.drop()
      }
    },
    timeoutMs,
  )
})

const keysOf = async ({ env }: TestServer): Promise<string> =>
  env.KAANHA_ENCRYPTION_KEYS ?? (await readFile(join(env.DATA_DIR ?? '', 'encryption-keys'), 'utf8')).trim()
