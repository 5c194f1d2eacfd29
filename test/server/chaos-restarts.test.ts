import { describe, expect, test } from 'vitest'
import { hasPostgresPrograms, startPostgres } from '../support/postgres-process.js'
import { hasRedisServer, startRedis } from '../support/redis-process.js'
import { eventually, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { pause } from '../support/wait.js'

/** `npm run chaos:restarts` runs the long form, and prints the counts and times. */
const long = process.env.KAANHA_CHAOS === 'long'
const rounds = long ? 20 : 2
const writers = 6
const waitMs = 60_000

/** What the server said yes to. */
type Accepted = { contacts: Set<string>; sends: Map<string, string>; inbound: Set<string> }

const isReady = async (server: TestServer) => {
  const answer = await fetch(`${server.url}/readyz`).catch(() => null)
  return answer?.status === 200
}

/** Creates contacts, sends to them and lets them write, as fast as it is answered, until told to end. */
async function write(server: TestServer, accepted: Accepted, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    const phone = newPhone()
    const created = await server.rest('POST', '/contacts', { phone, optedIn: true }).catch(() => null)
    if (created?.status !== 201) {
      // Refused or broken off: nothing was promised.
      await pause(50)
      continue
    }
    accepted.contacts.add(phone)
    accepted.inbound.add(await server.customerWrites(phone, `I am ${phone}`))
    const body = { to: phone, type: 'template', templateName: 'hello_world', language: 'en_US' }
    const sent = await server.rest('POST', '/send', body, { 'idempotency-key': phone }).catch(() => null)
    if (sent?.status === 200) accepted.sends.set(sent.json.id, phone)
  }
}

/** Everything that a list shows, page for page. */
async function all(server: TestServer, path: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (let page = 1; ; page++) {
    const { data, pagination } = (await server.rest('GET', `${path}?limit=100&page=${page}`)).json
    rows.push(...data)
    if (!pagination.hasMore) return rows
  }
}

/** What was accepted and is not there (yet). */
async function missing(server: TestServer, accepted: Accepted): Promise<string[]> {
  const [contacts, messages] = [await all(server, '/contacts'), await all(server, '/messages')]
  const phones = new Set(contacts.map(({ phone }) => phone))
  const ids = new Set(messages.flatMap(({ id, messageId }) => [id, messageId]))
  return [
    ...[...accepted.contacts].filter((phone) => !phones.has(phone)),
    ...[...accepted.sends.keys(), ...accepted.inbound].filter((id) => !ids.has(id)),
  ]
}

/** Milliseconds until something holds. */
async function timed(holds: () => Promise<boolean>): Promise<number> {
  const from = performance.now()
  await eventually(holds, waitMs)
  return Math.round(performance.now() - from)
}

const most = (times: number[]) => Math.max(...times)

describe.runIf(store === 'postgres' && hasPostgresPrograms && hasRedisServer)('under load', () => {
  test(`PostgreSQL and Redis crash ${rounds} times: nothing accepted is lost, and the server lives`, {
    timeout: long ? 900_000 : 180_000,
  }, async ({ task }) => {
    const [postgres, redis] = [await startPostgres(), await startRedis()]
    const limits = { RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000', RATE_LIMIT_SENDS_PER_HOUR: '20' }
    const server = await startServer({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, ...limits } })
    let exited = false
    void server.exited.then(() => {
      exited = true
    })
    const accepted: Accepted = { contacts: new Set(), sends: new Map(), inbound: new Set() }
    const times = { unready: [] as number[], recovered: [] as number[] }
    let ended = false
    try {
      const load = Promise.all(Array.from({ length: writers }, () => write(server, accepted, () => !ended)))
      for (let round = 0; round < rounds; round++) {
        const before = accepted.sends.size
        await eventually(() => accepted.sends.size > before, waitMs)
        await Promise.all([postgres.crash(), redis.restart()])
        times.unready.push(await timed(async () => !(await isReady(server))))
        await postgres.start()
        times.recovered.push(await timed(() => isReady(server)))
      }
      const before = accepted.sends.size
      await eventually(() => accepted.sends.size > before, waitMs)
      ended = true
      await load
      // What the customers wrote while the database was away is delivered again by WhatsApp.
      await eventually(async () => (await missing(server, accepted)).length === 0, waitMs).catch(() => undefined)
      const lost = await missing(server, accepted)
      const figure =
        `${rounds} crashes of PostgreSQL and Redis; ${accepted.contacts.size} contacts, ` +
        `${accepted.sends.size} sends, ${accepted.inbound.size} inbound accepted, ${lost.length} lost; /readyz said so ` +
        `within ${most(times.unready)} ms, and was well again within ${most(times.recovered)} ms of the database`
      console.log(`chaos:restarts: ${figure}`)
      Object.assign(task.meta, { figure })
      expect({ lost, exited }).toEqual({ lost: [], exited: false })
      // How soon is a matter of the audit, on a machine that does nothing else.
      if (long) expect([most(times.unready) <= 2000, most(times.recovered) <= 5000]).toEqual([true, true])
    } finally {
      ended = true
      await server.dispose()
      await Promise.all([postgres.dispose(), redis.stop()])
    }
  })
})
