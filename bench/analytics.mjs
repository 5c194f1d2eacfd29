// `analytics` over a full year: `npm run bench:analytics`. The server is a process of its own on a database of its own on
// BENCH_DATABASE_URL, else TEST_DATABASE_URL. BENCH_MESSAGES messages (2 million) lie evenly over 365 days and 50,000
// conversations; the times are those of a whole HTTP request that asks for everything.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { generateApiKey } from '../dist/core/key-format.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const databaseUrl = process.env.BENCH_DATABASE_URL ?? process.env.TEST_DATABASE_URL
if (!databaseUrl) {
  console.error('Set BENCH_DATABASE_URL to a PostgreSQL server on which a database may be created.')
  process.exit(1)
}
const messages = Number(process.env.BENCH_MESSAGES ?? 2_000_000)
const conversations = 50_000
const key = generateApiKey()
const closing = []

const counts = 'sent delivered read failed received'
const document = `query ($from: DateTime) { analytics(from: $from, timeZone: "Asia/Kolkata") {
  ${counts} deliveryRate readRate conversations answered responseRate
  firstResponse { count meanSeconds medianSeconds } resolution { count meanSeconds medianSeconds }
  byDay { date ${counts} } byHour { hour ${counts} }
  byMember { memberId member { name } conversations answered firstResponse { medianSeconds } resolution { medianSeconds } }
} }`

async function main() {
  const database = await createDatabase()
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'kaanha-bench-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATABASE_URL: database,
      DATA_DIR: folder,
      WHATSAPP_API_URL: 'http://127.0.0.1:9',
      SIMULATOR: 'off',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
      KAANHA_BOOTSTRAP_KEY: key,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  closing.push(async () => {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
  })
  const origin = `http://127.0.0.1:${port}`
  await answers(`${origin}/readyz`)
  const seconds = await timed(() => seed(database))
  console.log(`seeded ${messages} messages in ${(seconds / 1000).toFixed(0)} s`)

  for (const days of [1, 7, 30, 90, 365]) {
    const from = new Date(Date.now() - days * 86_400_000).toISOString()
    const times = []
    let answer
    for (let n = 0; n < 12; n++) times.push(await timed(async () => (answer = await ask(origin, { from }))))
    // The first ones read from the disk.
    const warm = times.slice(2).sort((a, b) => a - b)
    const { sent, received } = answer.data.analytics
    const shown = (ms) => `${ms.toFixed(0)} ms`
    console.log(
      `${String(days).padStart(3)} days, ${sent + received} messages: median ${shown(warm[5])}, ` +
        `slowest ${shown(warm.at(-1))}, first ${shown(times[0])}`,
    )
  }
}

async function ask(origin, variables) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  })
  const answer = await response.json()
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer
}

async function timed(work) {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Three of ten messages are the customer's; of ours, most are read. */
async function seed(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(`SELECT o.id AS org, c.id AS connection FROM "Organization" o
    JOIN "WhatsAppConnection" c ON c."organizationId" = o.id WHERE o.slug = 'demo'`)
  const { org, connection } = rows[0]
  const id = (prefix, n) => `'${prefix}_' || lpad((${n})::text, 26, '0')`
  // Without the checks of foreign keys, which are true by construction.
  await client.query('SET session_replication_role = replica')
  const year = `now() - interval '365 days' * random()`
  await client.query(`INSERT INTO "Member" ("organizationId", id, name, email)
    SELECT '${org}', ${id('mbr', 'n')}, 'Member ' || n, n || '@example.com' FROM generate_series(1, 20) n`)
  await client.query(`INSERT INTO "Contact" ("organizationId", id, phone, "updatedAt")
    SELECT '${org}', ${id('con', 'n')}, '+91' || (7000000000 + n), now() FROM generate_series(1, ${conversations}) n`)
  await client.query(`INSERT INTO "Conversation" ("organizationId", id, "contactId", "connectionId", status, "assignedToId",
      "lastActivityAt", "updatedAt")
    SELECT '${org}', ${id('cnv', 'n')}, ${id('con', 'n')}, '${connection}', 'ASSIGNED', ${id('mbr', '1 + n % 20')}, now(), now()
    FROM generate_series(1, ${conversations}) n`)
  await client.query(`INSERT INTO "ConversationResolution" ("organizationId", "conversationId", "openedAt", "resolvedAt", "memberId")
    SELECT '${org}', ${id('cnv', `1 + n % ${conversations}`)}, at - interval '1 day' * random(), at, ${id('mbr', '1 + n % 20')}
    FROM (SELECT n, ${year} AS at FROM generate_series(1, ${Math.floor(messages / 20)}) n) AS r`)
  await client.query(`INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status,
      text, content, "createdAt", "sentAt", "deliveredAt", "readAt")
    SELECT '${org}', ${id('msg', 'n')}, ${id('cnv', 'c')}, ${id('con', 'c')}, (CASE WHEN inbound THEN 'INBOUND' ELSE 'OUTBOUND' END)::"MessageDirection", 'TEXT',
      (CASE WHEN inbound THEN 'RECEIVED' WHEN luck < 0.8 THEN 'READ' WHEN luck < 0.95 THEN 'DELIVERED' WHEN luck < 0.98 THEN 'SENT' ELSE 'FAILED' END)::"MessageStatus",
      'A message of some length, as people write', '{"text": "A message of some length, as people write"}', at, at,
      CASE WHEN NOT inbound AND luck < 0.95 THEN at END, CASE WHEN NOT inbound AND luck < 0.8 THEN at END
    FROM (SELECT n, 1 + floor(random() * ${conversations})::int AS c, random() < 0.3 AS inbound, random() AS luck,
      now() - interval '365 days' * (1 - n / ${messages}.0) AS at FROM generate_series(1, ${messages}) n) AS m`)
  await client.query('VACUUM ANALYZE')
  await client.end()
}

async function createDatabase() {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  const name = `kaanha_bench_${process.pid}`
  await admin.query(`CREATE DATABASE ${name}`)
  closing.push(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  })
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return url.href
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(url) {
  for (let tries = 0; tries < 600; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer`)
}

try {
  await main()
} finally {
  for (const close of closing.reverse()) await close()
}
