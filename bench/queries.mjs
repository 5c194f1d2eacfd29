// The workloads that are a request each, in turns: every server once, and again.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { generateApiKey, hashApiKey } from '../dist/core/key-format.js'
import { limit, ours, oursByRest, peersOf, postgraphileFunctions, questionsOf } from './contestants.mjs'
import { rowsOf } from './same-rows.mjs'
import { contactId, longOrganization, mainOrganization, restore, sizes } from './seed.mjs'
import { openDatabase } from './support/database.mjs'
import { load, median, quantile } from './support/load.mjs'
import { cpuMsOf, freePort, memoryMbOf, startProcess, untilAnswers } from './support/processes.mjs'

export const workloads = [
  ...['Q1', 'Q2', 'Q3', 'Q4'],
  ...['Q1 of long conversations', 'contacts, page 1', 'contacts, deep by after', 'contacts, deep by skip'],
  ...['REST contacts', 'REST chats', 'REST chat', 'REST messages'],
  ...['M1', 'REST send'],
]
const writes = new Set(['M1', 'REST send'])
/** Each in a form of its own, or without what goes beyond the documented. */
const differ = new Set(['contacts, deep by skip', 'REST contacts', 'REST chats', 'REST chat', 'REST messages'])
const connections = 16

/** Answers, by workload and server, what each turn measured. */
export async function runQueries(settings) {
  const chosen = workloads.filter(settings.wants)
  if (chosen.length === 0) return null
  const size = sizes[settings.size]
  const database = await openDatabase(size)
  await database.client.query(postgraphileFunctions)
  const keys = await makeKeys(database.client)
  const deep = deepPage(size)
  const contestants = [limit, ours(keys, deep), oursByRest(keys, deep), ...peersOf(mainOrganization)]
  const running = new Map()
  const questions = questionsOf(size)
  const results = {}
  try {
    await startWhatsApp(running)
    for (const name of chosen) {
      const asked = contestants.filter(({ name: server, workloads }) => workloads[name] && settings.asks(server))
      const question = questions[name] ?? (() => ({}))
      for (const one of asked) await ensureRunning(running, one, { settings, database })
      if (!writes.has(name)) await requireSameRows(running, asked, name, question)
      const turns = new Map(asked.map((one) => [one.name, []]))
      for (let round = 0; round < settings.rounds; round++) {
        for (const one of asked) {
          turns.get(one.name).push(await turn(settings, database, running.get(one.file), one.workloads[name], question))
        }
      }
      results[name] = Object.fromEntries([...turns].map(([server, all]) => [server, summary(all)]))
      say(name, results[name])
    }
    return { postgres: database.version, size: size.name, results }
  } finally {
    for (const one of running.values()) await one.process.end()
    await restore(database.client, size)
    await database.close()
  }
}

/** A key for each organization, whose secret nobody keeps. */
async function makeKeys(client) {
  const secrets = { main: generateApiKey(), long: generateApiKey() }
  await client.query('DELETE FROM "ApiKey"')
  for (const [name, organization] of [
    ['main', mainOrganization],
    ['long', longOrganization],
  ]) {
    await client.query(
      `INSERT INTO "ApiKey" ("organizationId", id, name, hash, prefix, scopes) VALUES ($1, $2, 'bench', $3, 'kaanha_', '{*}')`,
      [organization, `key_${name === 'main' ? '1' : '2'}`.padEnd(30, '0'), Buffer.from(hashApiKey(secrets[name]))],
    )
  }
  return secrets
}

/** Page 4000 of 4500; of a smaller size as far in. A cursor is the id, in base64 (database/page). */
function deepPage({ conversations }) {
  const page = Math.floor(conversations / 22.5)
  const skip = (page - 1) * 20
  return {
    page,
    skip,
    cursor: Buffer.from(JSON.stringify([contactId(conversations - skip + 1)])).toString('base64url'),
  }
}

async function startWhatsApp(running) {
  const port = await freePort()
  const process = startProcess('bench/support/whatsapp.mjs', { PORT: String(port) })
  running.set('whatsapp', { process, port })
  await untilAnswers(`http://127.0.0.1:${port}/`, process)
}

async function ensureRunning(running, { file, node, ready = '/' }, { settings, database }) {
  if (running.has(file)) return
  const port = await freePort()
  const env = {
    PORT: String(port),
    DATABASE_URL: database.url,
    WHATSAPP_API_URL: `http://127.0.0.1:${running.get('whatsapp').port}`,
    ...(file === 'dist/main.js' ? ourEnvironment(settings) : { ORGANIZATION_ID: mainOrganization }),
  }
  const args = file === 'dist/main.js' && settings.profile ? ['--cpu-prof', `--cpu-prof-dir=${settings.profile}`] : []
  const process = startProcess(file, env, { node, args })
  running.set(file, { process, port })
  await untilAnswers(`http://127.0.0.1:${port}${ready}`, process)
}

/** As in production, but the limit of requests from one address: limits, log and all. */
const ourEnvironment = ({ folder }) => ({
  DATA_DIR: join(folder, 'data'),
  SIMULATOR: 'off',
  WHATSAPP_ACCESS_TOKEN: 'bench',
  WHATSAPP_PHONE_NUMBER_ID: '100000000000001',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '200000000000001',
  WHATSAPP_APP_SECRET: 'bench',
  WHATSAPP_VERIFY_TOKEN: 'bench',
  RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
  KAANHA_ENCRYPTION_KEYS: `bench:${Buffer.alloc(32).toString('base64')}`,
})

/** Before anything is timed: everybody answers what the first of them does, to some of the questions. */
async function requireSameRows(running, asked, name, question) {
  for (const n of [0, 1, 2]) {
    const answers = []
    for (const one of asked) {
      const { port } = running.get(one.file)
      answers.push({ name: one.name, rows: await rowsFrom(port, one.workloads[name](question(n))) })
    }
    const [first, ...others] = answers
    for (const other of others) {
      if (isDeepStrictEqual(first.rows, other.rows) || differ.has(name)) continue
      throw new Error(
        `${other.name} answers otherwise to ${name}:\n${JSON.stringify(other.rows).slice(0, 1500)}\n${first.name}:\n${JSON.stringify(first.rows).slice(0, 1500)}`,
      )
    }
    if (JSON.stringify(first.rows).length < 100) throw new Error(`${name} finds nothing: ${JSON.stringify(first.rows)}`)
  }
}

async function rowsFrom(port, request) {
  const [head, body] = request.toString().split('\r\n\r\n')
  const [line, ...lines] = head.split('\r\n')
  const [method, path] = line.split(' ')
  const headers = Object.fromEntries(
    lines.map((one) => one.split(': ')).filter(([header]) => !['host', 'content-length'].includes(header)),
  )
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(method === 'POST' ? { body } : {}),
  })
  const text = await response.text()
  if (response.status !== 200 || text.includes('"errors"'))
    throw new Error(`${path} is answered ${response.status}: ${text.slice(0, 2000)}`)
  const answer = JSON.parse(text)
  return rowsOf(answer.data ?? answer)
}

let asked = 0

async function turn({ warmUpMs, warmUpRequests, turnMs }, database, { process, port }, request, question) {
  const next = () => request(question(asked++))
  await load({ port, connections, ms: warmUpMs, least: warmUpRequests, next })
  const before = { server: cpuMsOf(process.pid), database: await database.cpu() }
  const begun = performance.now()
  const times = await load({ port, connections, ms: turnMs, least: connections, next })
  const seconds = (performance.now() - begun) / 1000
  const server = cpuMsOf(process.pid) - before.server
  const backends = [...(await database.cpu())].reduce((sum, [pid, ms]) => sum + ms - (before.database.get(pid) ?? 0), 0)
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / seconds,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    cpuMs: server / times.length,
    databaseCpuMs: backends / times.length,
    memoryMb: memoryMbOf(process.pid),
  }
}

const summary = (turns) =>
  Object.fromEntries(Object.keys(turns[0]).map((field) => [field, median(turns.map((one) => one[field]))]))

function say(name, servers) {
  console.log(`\n${name}`)
  for (const [server, { perSecond, p50Ms, p99Ms, cpuMs, databaseCpuMs, memoryMb }] of Object.entries(servers)) {
    console.log(
      `  ${server.padEnd(24)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50Ms.toFixed(1).padStart(6)} ms  p99 ${p99Ms.toFixed(1).padStart(6)} ms` +
        `  CPU ${cpuMs.toFixed(3).padStart(7)} ms  PostgreSQL ${databaseCpuMs.toFixed(3).padStart(7)} ms  ${memoryMb} MB`,
    )
  }
}
