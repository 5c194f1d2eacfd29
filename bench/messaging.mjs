// Sends and webhooks, timed from outside: `npm run bench:messaging`. The server is a process of its own, so are the
// simulator and PostgreSQL (BENCH_DATABASE_URL, else TEST_DATABASE_URL: a server on which a database may be created).
import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { Pool } from 'undici'
import { benchBroadcasts } from './broadcast.mjs'
import { benchCsv } from './csv.mjs'
import { webhooksOut } from './webhooks-out.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const databaseUrl = process.env.BENCH_DATABASE_URL ?? process.env.TEST_DATABASE_URL
if (!databaseUrl) {
  console.error('Set BENCH_DATABASE_URL to a PostgreSQL server on which a database may be created.')
  process.exit(1)
}
const recipients = Number(process.env.BENCH_RECIPIENTS ?? 6000)
const key = `kaanha_${'B'.repeat(30)}`
const appSecret = 'simulator-app-secret'
const phoneNumberId = '100000000000001'

const closing = []

/** `npm run bench:messaging -- sends`, `-- webhooks`, `-- webhooks-out`, `-- broadcast` or `-- csv` runs one part alone; the last two only so. */
const wanted = (part) => process.argv.length < 3 || process.argv.includes(part)

async function main() {
  const database = await createDatabase()
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'kaanha-bench-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const server = { origin: `http://127.0.0.1:${port}`, simulator: `http://127.0.0.1:${simulatorPort}` }
  const secret = key + checksum(key)
  run(
    'simulator/main',
    { SIMULATOR_PORT: String(simulatorPort), SIMULATOR_CALLBACK_URL: `${server.origin}/webhooks/whatsapp` },
    'simulator',
  )
  await answers(`${server.simulator}/_simulator/messages`)
  const child = run(
    'main',
    {
      PORT: String(port),
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      WHATSAPP_API_URL: server.simulator,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      ALLOW_PRIVATE_URLS: 'on',
      KAANHA_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      LOG_LEVEL: process.env.BENCH_LOG_LEVEL ?? 'warn',
      KAANHA_BOOTSTRAP_KEY: secret,
    },
    'server',
  )
  await answers(`${server.origin}/readyz`)
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const graph = async (query, variables) => {
    const body = JSON.stringify({ query, variables })
    const answer = await fetch(`${server.origin}/graphql`, { method: 'POST', headers, body })
    const { data, errors } = await answer.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  if (process.argv.includes('csv')) {
    return benchCsv({ origin: server.origin, headers, graph, seed: database.seed, pid: child.pid })
  }
  if (process.argv.includes('broadcast')) {
    const cpu = () => cpuOf(child.pid)
    return benchBroadcasts({ graph, cpu, seed: database.seed, tag: database.tag, simulator: server.simulator })
  }
  const phones = await database.seed(recipients)
  const http = new Pool(server.origin, { connections: 64 })
  closing.push(() => http.close())
  const faults = (body) =>
    fetch(`${server.simulator}/_simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  const send = async (to, n) => {
    const { statusCode, body } = await http.request({
      path: '/api/whatsapp-api/send',
      method: 'POST',
      headers,
      body: JSON.stringify({ to, type: 'text', text: `Bench ${n}` }),
    })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`a send was answered ${statusCode}: ${text}`)
  }
  const post = async (payload) => {
    const body = JSON.stringify(payload)
    const signature = createHmac('sha256', appSecret).update(body).digest('hex')
    const answer = await http.request({
      path: '/webhooks/whatsapp',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body,
    })
    await answer.body.dump()
    if (answer.statusCode !== 200) throw new Error(`a webhook was answered ${answer.statusCode}`)
  }
  const report = (name, figures) => {
    process.send?.({ name: name.trim(), figures })
    console.log(
      name.padEnd(46),
      Object.entries(figures)
        .map(([k, v]) => `${k} ${v}`)
        .join('  '),
    )
  }
  const timed = async (name, work) => {
    const cpu = cpuOf(child.pid)
    const from = performance.now()
    const { times, count } = await work()
    const seconds = (performance.now() - from) / 1000
    times.sort((a, b) => a - b)
    report(name, {
      'per second': Math.round(count / seconds),
      'p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'server CPU ms each': ((cpuOf(child.pid) - cpu) / count).toFixed(2),
    })
  }

  if (wanted('sends')) {
    const third = Math.floor(phones.length / 3)
    await flood(phones.slice(0, 200), 16, send)
    await database.quiet()
    await database.analyze()
    await faults({ autoStatuses: false })
    await timed('sends, 32 at a time, no statuses', () => flood(phones.slice(200, third), 32, send))
    await database.quiet()
    await faults({ autoStatuses: true })
    await timed('sends, 32 at a time, three statuses each', () => flood(phones.slice(third, 2 * third), 32, send))
    await timed('   until every status is taken in', async () => {
      await database.quiet()
      return { times: [0], count: third }
    })
    await timed('sends, 100 a second, three statuses each', () =>
      paced(phones.slice(2 * third, 2 * third + 1500), 100, send),
    )
    await database.quiet()
  }
  if (wanted('webhooks')) {
    const events = Array.from({ length: 6000 }, (_, n) => webhook([textFrom(phones[n % phones.length], n)]))
    await timed('webhooks of one message, 32 at a time', () => flood(events, 32, post))
    await timed('   until every message is there', async () => {
      await database.quiet()
      return { times: [0], count: events.length }
    })
    const batches = Array.from({ length: 300 }, (_, n) =>
      webhook(
        Array.from({ length: 20 }, (_, m) => textFrom(phones[(n * 20 + m) % phones.length], 10_000 + n * 20 + m)),
      ),
    )
    await timed('webhooks of twenty messages, 16 at a time', async () => {
      const { times } = await flood(batches, 16, post)
      return { times, count: 6000 }
    })
    await timed('   until every message is there', async () => {
      await database.quiet()
      return { times: [0], count: 6000 }
    })
  }
  if (wanted('webhooks-out')) {
    const messages = Number(process.env.BENCH_DELIVERIES ?? 400)
    const write = () =>
      flood(phones.slice(0, messages), 16, (phone, n) => post(webhook([textFrom(phone, 100_000 + n)])))
    await webhooksOut({ origin: server.origin, headers, say: report, write, messages, closing })
  }
}

/** Each item once, `concurrency` at a time. */
async function flood(items, concurrency, work) {
  const times = []
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let n = next++; n < items.length; n = next++) {
        const from = performance.now()
        await work(items[n], n)
        times.push(performance.now() - from)
      }
    }),
  )
  return { times, count: items.length }
}

/** Each item once, begun at a fixed rate whether the ones before have ended or not. */
async function paced(items, perSecond, work) {
  const times = []
  const from = performance.now()
  await Promise.all(
    items.map(async (item, n) => {
      const due = from + (n * 1000) / perSecond
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()))
      await work(item, n)
      times.push(performance.now() - due)
    }),
  )
  return { times, count: items.length }
}

const quantile = (sorted, q) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(1)

function textFrom(phone, n) {
  const from = phone.slice(1)
  const timestamp = String(Math.floor(Date.now() / 1000))
  return {
    contact: { profile: { name: `Bench ${from.slice(-4)}` }, wa_id: from },
    message: { from, id: `wamid.bench.${process.pid}.${n}`, timestamp, type: 'text', text: { body: `Hello ${n}` } },
  }
}

/** One webhook of Meta's shape. */
const webhook = (texts) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '200000000000001',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '919876543210', phone_number_id: phoneNumberId },
            contacts: texts.map(({ contact }) => contact),
            messages: texts.map(({ message }) => message),
          },
        },
      ],
    },
  ],
})

async function createDatabase() {
  const name = `kaanha_bench_${process.pid}`
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  closing.push(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.end()
  })
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    /** Contacts who have written a moment ago, so that anything may be sent to them; answers their phones. */
    async seed(count) {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      const { rows } = await client.query(
        `WITH org AS (SELECT id FROM "Organization" LIMIT 1), line AS (SELECT id FROM "WhatsAppConnection" LIMIT 1),
         people AS (
           INSERT INTO "Contact" ("organizationId", id, phone, name, "searchName", "optedIn", "createdAt", "updatedAt")
           SELECT org.id, 'con_' || lpad(n::text, 26, '0'), '+9198' || lpad(n::text, 8, '0'), 'Bench ' || n, 'bench ' || n, true, now(), now()
           FROM org, generate_series(1, $1::int) AS n RETURNING "organizationId", id, phone
         ), threads AS (
           INSERT INTO "Conversation" ("organizationId", id, "contactId", "connectionId", "lastActivityAt", "windowExpiresAt", "createdAt", "updatedAt")
           SELECT people."organizationId", 'cnv_' || right(people.id, 26), people.id, line.id, now(), now() + interval '20 hours', now(), now() FROM people, line
         ) SELECT phone FROM people ORDER BY phone`,
        [count],
      )
      await client.query(
        `INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status, text, content, wamid, "createdAt", "sentAt")
         SELECT "organizationId", 'msg_' || right(id, 26), id, "contactId", 'INBOUND', 'TEXT', 'RECEIVED', 'Is it here?', '{"text":"Is it here?"}', 'wamid.' || id, "createdAt", "createdAt"
         FROM "Conversation"`,
      )
      await client.query(
        `UPDATE "Conversation" SET "lastMessageId" = 'msg_' || right(id, 26), "lastMessageAt" = "createdAt"`,
      )
      await client.query('VACUUM ANALYZE')
      await client.end()
      return rows.map(({ phone }) => phone)
    },
    /** Gives a tag to `count` contacts behind the first `skip`. */
    async tag(name, skip, count) {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      await client.query(
        `UPDATE "Contact" SET tags = ARRAY[$1::text] WHERE id IN (SELECT id FROM "Contact" ORDER BY id OFFSET $2 LIMIT $3)`,
        [name, skip, count],
      )
      await client.query('ANALYZE')
      await client.end()
    },
    /** Statistics of what is there by now, as PostgreSQL makes them by itself within a minute. */
    async analyze() {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      await client.query('ANALYZE')
      await client.end()
    },
    /** Resolves when nothing inbound waits and, where statuses are sent, no message is short of its last. */
    async quiet() {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      for (let still = 0, last = ''; still < 3; ) {
        const { rows } = await client.query(
          `SELECT (SELECT count(*) FROM "InboundDelivery" WHERE "processedAt" IS NULL) AS waiting, (SELECT count(*) FROM "InboundDelivery") AS deliveries`,
        )
        const now = JSON.stringify(rows)
        still = now === last && rows[0].waiting === '0' ? still + 1 : 0
        last = now
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
      await client.end()
    },
  }
}

function run(program, env, name) {
  const child = spawn(
    process.execPath,
    [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), 'scripts/run.mjs', program],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const show = (chunk) => process.env.BENCH_VERBOSE && process.stderr.write(`${name}: ${chunk}`)
  child.stdout.on('data', show)
  child.stderr.on('data', show)
  closing.push(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  })
  return child
}

async function answers(url) {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${url} does not answer`)
}

/** User and system time of a process so far, in ms (Linux, 100 ticks a second). */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The last six characters of a key: its CRC-32 in base 62 (contract, section 3). */
function checksum(text) {
  let crc = ~0
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = ~crc >>> 0
  let out = ''
  for (let n = 0; n < 6; n++, rest = Math.floor(rest / 62)) out = digits[rest % 62] + out
  return out
}

try {
  await main()
} finally {
  for (const close of closing.reverse()) await close()
}
