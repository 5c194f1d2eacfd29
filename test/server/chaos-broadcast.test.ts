import { expect, test } from 'vitest'
import {
  type AcceptedTemplate,
  broadcastNow,
  broadcastWhen,
  control,
  createWithCsv,
  ledgerOf,
} from '../support/broadcasts.js'
import { crashPoints, startCrashProxy } from '../support/crash-proxy.js'
import { freePort } from '../support/free-port.js'
import { runSimulator } from '../support/messaging.js'
import { randomSource } from '../support/random.js'
import { hasRedisServer, startRedis } from '../support/redis-process.js'
import { describeServer, eventually, startServer, store, type TestServer } from '../support/server.js'
import { pause } from '../support/wait.js'

const seed = Number(process.env.CHAOS_SEED ?? 20261129)
/** `npm run chaos:broadcast` runs the long form, and prints the counts. */
const long = process.env.KAANHA_CHAOS === 'long'
const size = long
  ? { contacts: 10_000, kills: 50, pauses: 5, perSecond: 80 }
  : { contacts: 200, kills: 2, pauses: 1, perSecond: 40 }
/** Much longer than it takes: for machines that do other things. */
const waitMs = long ? 3_000_000 : 180_000

describeServer('a broadcast whose server is killed again and again', () => {
  test(`reaches everybody once, nobody twice, and leaves nobody out (CHAOS_SEED=${seed})`, {
    timeout: 2 * waitMs,
  }, async () => {
    const random = randomSource(seed)
    const [port, simulatorPort] = [await freePort(), await freePort()]
    const redis = store === 'postgres' && hasRedisServer ? await startRedis() : null
    const server = await startServer({
      env: {
        WHATSAPP_API_URL: `http://127.0.0.1:${port}`,
        // Longer than the server is away: within it a status settles what a crash left unknown.
        SEND_UNKNOWN_GRACE_SECONDS: long ? '300' : '40',
        LOG_LEVEL: 'fatal',
        RATE_LIMIT_SENDS_PER_HOUR: '20',
        ...(redis ? { REDIS_URL: redis.url } : {}),
      },
    })
    const outside = await runSimulator(simulatorPort, server.url)
    const proxy = await startCrashProxy(port, outside.url)
    try {
      const phones = Array.from({ length: size.contacts }, (_, n) => `+9199${String(n).padStart(8, '0')}`)
      const id = await begin(server, phones)
      const counts = { kills: 0, pauses: 0, redisRestarts: 0, droppedAnswers: 0, slowestResumeMs: 0 }
      const times = new Map<string, number>()
      const reached = counting(outside, times)

      /** At random moments, and in turn at every named point; sometimes while it is paused. */
      const each = size.contacts / (size.kills + 1)
      for (; counts.kills < size.kills; counts.kills++) {
        const target = Math.ceil(counts.kills * each + random() * each * 0.8)
        await eventually(async () => (await reached()) >= target, waitMs)
        if (counts.pauses < size.pauses && counts.kills >= (counts.pauses * size.kills) / size.pauses) {
          await pauseAndResume(server, id)
          counts.pauses++
        }
        if (random() < 0.5) {
          counts.droppedAnswers++
          await outside.simulator('POST', '/faults', { acceptThenDropReply: 1 })
        }
        const point = crashPoints[counts.kills % (crashPoints.length + 1)]
        if (point) await proxy.crashAt(point, () => server.kill())
        else {
          await pause(random() * 60)
          await server.kill()
        }
        if (redis && counts.redisRestarts === 0 && counts.kills >= size.kills / 2) {
          await redis.restart()
          counts.redisRestarts++
        }
        const before = await reached()
        await server.restart()
        const restartedMs = performance.now()
        await eventually(async () => (await reached()) > before || (await isOver(server, id)), waitMs)
        counts.slowestResumeMs = Math.max(counts.slowestResumeMs, Math.round(performance.now() - restartedMs))
      }

      const done = await broadcastWhen(server, id, ({ status }) => status === 'COMPLETED', { timeoutMs: waitMs })
      const retried = await retryGivenUp(server, done)
      await reached()
      const twice = [...times].filter(([, count]) => count > 1).map(([to]) => to)
      const missed = phones.filter((phone) => !times.has(phone))
      console.log(
        `chaos:broadcast on ${store}, seed ${seed}: ${phones.length} contacts, ${times.size - twice.length} once, ` +
          `${twice.length} twice, ${missed.length} missed, ${retried} given up and retried;`,
        counts,
      )
      expect({ twice, missed, others: times.size - phones.length + missed.length }).toEqual({
        twice: [],
        missed: [],
        others: 0,
      })
      expect(done).toMatchObject({ total: size.contacts, sent: size.contacts - retried, skipped: 0, pending: 0 })
      if (long) expect(counts.slowestResumeMs).toBeLessThan(30_000)
      const ledger = await ledgerOf(server, id)
      expect(new Set(ledger.map(({ messageId }) => messageId)).size).toBe(size.contacts)
    } finally {
      await proxy.close()
      await outside.stop()
      await server.dispose()
      await redis?.stop()
    }
  })
})

/** Strangers from a file become contacts, and are written to. */
async function begin(server: TestServer, phones: string[]): Promise<string> {
  await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
  const csv = ['phone,1,2', ...phones.map((phone, n) => `${phone},Asha ${n},#${n}`)].join('\n')
  const { data, errors } = await createWithCsv(server, csv, { messagesPerSecond: size.perSecond })
  if (errors) throw new Error(JSON.stringify(errors))
  return data.createBroadcast.broadcast.id
}

/** Nothing more is made while it is paused. */
async function pauseAndResume(server: TestServer, id: string): Promise<void> {
  expect((await control(server, 'pause', id)).status).toBe('PAUSED')
  const held = await broadcastNow(server, id)
  expect(held.status).toBe('PAUSED')
  const made = async () => (await ledgerOf(server, id, 'PENDING')).length
  const waiting = await made()
  await pause(500)
  expect(await made()).toBe(waiting)
  expect((await control(server, 'resume', id)).status).toBe('RUNNING')
}

/**
 * A message that two kills in a row hit before it left is given up, as nobody knows whether WhatsApp has it: the ledger
 * says so, and a retry brings it. Answers how many there were.
 */
async function retryGivenUp(server: TestServer, { id, failed }: { id: string; failed: number }): Promise<number> {
  if (failed === 0) return 0
  const reasons = new Set((await ledgerOf(server, id, 'FAILED')).map(({ reason }) => reason))
  expect([...reasons]).toEqual(['WhatsApp never said whether it accepted the message.'])
  const retry = await control(server, 'retry', id)
  const done = await broadcastWhen(server, retry.id, ({ status }) => status === 'COMPLETED', { timeoutMs: waitMs })
  expect(done).toMatchObject({ total: failed, sent: failed })
  return failed
}

const isOver = async (server: TestServer, id: string) => (await broadcastNow(server, id)).status === 'COMPLETED'

/** Goes on counting how often each number was written to; answers how many were. */
function counting(outside: Pick<TestServer, 'simulator'>, times: Map<string, number>): () => Promise<number> {
  let last = 0
  return async () => {
    const { data } = await outside.simulator('GET', `/messages?after=${last}`)
    for (const { to, seq } of data as AcceptedTemplate[]) {
      times.set(to, (times.get(to) ?? 0) + 1)
      last = seq
    }
    return times.size
  }
}
