import { chmod, cp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { testDatabaseUrl } from '../support/fresh-postgres.js'
import { withDatabase } from '../support/rows.js'
import { describeServer, startServer, store, type TestServer } from '../support/server.js'
import { runToEnd } from '../support/server-process.js'
import { temporaryFolder } from '../support/temporary-folder.js'

type Environment = Record<string, string>

/** A start that must fail: one line on stderr, no trace of the code, exit code 1. Answers the line. */
async function failedStart(env: Environment): Promise<string> {
  const ports = { PORT: String(await freePort()), SIMULATOR_PORT: String(await freePort()) }
  const { exitCode, stdout, stderr } = await runToEnd('main', [], { ...ports, ...env })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal|Error:/)
  expect(exitCode).toBe(1)
  expect(stdout).not.toContain('API key')
  return stderr.trim()
}

describeServer('a start that cannot succeed', () => {
  /** Lives through all of it. */
  let living: TestServer
  /** Stopped: what the failing starts are made with, and must not harm. */
  let place: TestServer
  let contactId: string
  beforeAll(async () => {
    ;[living, place] = await Promise.all([startServer(), startServer()])
    contactId = (await place.rest('POST', '/contacts', { phone: '+919800000001', name: 'Asha' })).json.id
    await place.stop()
  })
  afterAll(async () => {
    await Promise.all([living.dispose(), place.dispose()])
  })

  const portOf = (url: string) => new URL(url).port
  const livesOn = async () => {
    expect((await living.rest('GET', '/status')).json.connected).toBe(true)
    expect((await living.rest('GET', '/contacts')).status).toBe(200)
  }

  test('says which port is in use and what to do, the server’s own', async () => {
    const port = portOf(living.url)
    expect(await failedStart({ ...place.env, PORT: port })).toBe(
      `port ${port} is in use: end what holds it, or set PORT to another`,
    )
    await livesOn()
  })

  test('says which port is in use and what to do, the simulator’s', async () => {
    const port = portOf(living.simulatorUrl)
    expect(await failedStart({ ...place.env, SIMULATOR_PORT: port })).toBe(
      `port ${port} is in use: end what holds it, or set SIMULATOR_PORT to another (SIMULATOR=off does without)`,
    )
    await livesOn()
  })

  test('names an address that is not this machine’s', async () => {
    expect(await failedStart({ ...place.env, HOST: '192.0.2.1' })).toMatch(
      /^cannot listen on 192\.0\.2\.1, port \d+ \(.*EADDRNOTAVAIL.*\): set HOST/,
    )
  })

  test('refuses a database that a newer version has migrated, and leaves it as it is', async () => {
    const later = {
      id: 'later',
      checksum: 'x',
      migration_name: '9999_later',
      finished_at: new Date(),
      applied_steps_count: 1,
    }
    await withDatabase(place.env, (rows) => rows.insert('_prisma_migrations', later))
    expect(await failedStart(place.env)).toMatch(
      /9999_later.*does not know: run the version that made it, or a newer one/,
    )
    await withDatabase(place.env, async (rows) => {
      expect(await rows.select('SELECT id FROM "Contact"')).toEqual([{ id: contactId }])
      await rows.select(`DELETE FROM _prisma_migrations WHERE migration_name = '9999_later'`)
    })
  })

  test('names every variable that is wrong, a line each, under one headline', async () => {
    const wrong = {
      PORT: 'x',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: 'everyone',
      WHATSAPP_API_URL: 'meta',
      RATE_LIMIT_SENDS_PER_HOUR: '-1',
    }
    const { exitCode, stdout, stderr } = await runToEnd('main', [], { ...place.env, ...wrong })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    const [headline, ...lines] = stderr.trimEnd().split('\n')
    expect(headline).toBe('These variables cannot be used:')
    expect(lines.map((line) => /^ {2}(\w+) must be /.exec(line)?.[1]).sort()).toEqual(Object.keys(wrong).sort())
  })

  describe.runIf(store === 'embedded')('on the embedded database', () => {
    test('names the process that has the data folder, which goes on working', async () => {
      const line = await failedStart({ ...place.env, DATA_DIR: living.env.DATA_DIR ?? '' })
      expect(line).toMatch(new RegExp(`${living.env.DATA_DIR} is in use by process ${living.pid}\\b.*DATA_DIR`))
      await livesOn()
    })

    test.each<[string, (postgres: string) => Promise<void>, RegExp]>([
      ['without its version', (folder) => rm(join(folder, 'PG_VERSION')), /is not a database.*restore it.*or move it/],
      [
        'of another version',
        (folder) => writeFile(join(folder, 'PG_VERSION'), '16\n'),
        /PostgreSQL 16.*move the folder/,
      ],
      [
        'whose control file is garbage',
        (folder) => writeFile(join(folder, 'global', 'pg_control'), Buffer.alloc(8192, 7)),
        /cannot be opened.*restore it from a backup, or move it away/,
      ],
    ])('refuses a folder %s, says what to do, and touches nothing', async (_, damage, words) => {
      const dataDir = await temporaryFolder()
      const folder = join(dataDir, 'postgres')
      await cp(join(place.env.DATA_DIR ?? '', 'postgres'), folder, { recursive: true })
      await damage(folder)
      const before = (await readdir(folder)).sort()
      const line = await failedStart({ ...place.env, DATA_DIR: dataDir })
      expect(line).toMatch(words)
      expect(line).toContain(dataDir)
      expect((await readdir(folder)).sort()).toEqual(before)
    })

    test('names a DATA_DIR that is a file, or lies below one', async () => {
      const file = join(await temporaryFolder(), 'file')
      await writeFile(file, 'mine')
      for (const dataDir of [file, join(file, 'data')]) {
        expect(await failedStart({ ...place.env, DATA_DIR: dataDir })).toMatch(
          new RegExp(`${dataDir} cannot be used .*: let this user write there, or choose another folder with DATA_DIR`),
        )
      }
    })

    test.skipIf(process.getuid?.() === 0)('names a DATA_DIR that may not be written', async () => {
      const dataDir = await temporaryFolder()
      await chmod(dataDir, 0o500)
      expect(await failedStart({ ...place.env, DATA_DIR: dataDir })).toMatch(
        /cannot be used \(EACCES.*let this user write/,
      )
    })

    test('says so where nothing answers at DATABASE_URL', async () => {
      const url = `postgresql://u:hunter2@127.0.0.1:${await freePort()}/kaanha`
      const line = await failedStart({ ...place.env, DATABASE_URL: url })
      expect(line).toMatch(/^the database at DATABASE_URL cannot be used \(.*ECONNREFUSED.*\): check the address/)
      expect(line).not.toContain('hunter2')
    })

    test('says so where what answers at DATABASE_URL is no PostgreSQL', async () => {
      const line = await failedStart({ ...place.env, DATABASE_URL: living.url.replace('http:', 'postgresql:') })
      expect(line).toMatch(/^the database at DATABASE_URL cannot be used \(.+\): check the address/)
    })

    test('says so where the password is wrong', async () => {
      const port = await passwordRefuser()
      const url = `postgresql://kaanha:hunter2@127.0.0.1:${port}/kaanha`
      const line = await failedStart({ ...place.env, DATABASE_URL: url })
      expect(line).toMatch(/\(password authentication failed for user "kaanha"\): check the address, user, password/)
      expect(line).not.toContain('hunter2')
    })
  })

  test.runIf(store === 'postgres')(
    'names a database or a user that DATABASE_URL has and the server has not',
    async () => {
      for (const [part, name] of [
        ['pathname', '/kaanha_no_such_database'],
        ['username', 'kaanha_no_such_user'],
      ] as const) {
        const url = new URL(testDatabaseUrl ?? '')
        url[part] = name
        const line = await failedStart({ ...place.env, DATABASE_URL: url.href })
        expect(line).toMatch(new RegExp(`\\(.*"${name.replace('/', '')}" does not exist\\): check the address, user`))
      }
    },
  )

  test('harms nothing: the next good start has all there was', async () => {
    await place.restart()
    expect((await place.rest('GET', '/contacts')).json.data.map((c: { id: string }) => c.id)).toEqual([contactId])
    await livesOn()
  })
})

/** Speaks as much of PostgreSQL's protocol as it takes to refuse a password. */
async function passwordRefuser(): Promise<number> {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    return Buffer.concat([Buffer.from(type), length, body])
  }
  const refusal = 'SFATAL\0C28P01\0Mpassword authentication failed for user "kaanha"\0\0'
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.once('data', () => socket.end(message('E', Buffer.from(refusal))))
      socket.write(message('R', Buffer.from([0, 0, 0, 3])))
    })
  })
  onTestFinished(() => {
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
