import { expect, test } from 'vitest'
import { crashPoints, startCrashProxy } from '../support/crash-proxy.js'
import { freePort } from '../support/free-port.js'
import { eventCursor, logSince } from '../support/live.js'
import { conversationOf, runSimulator, sendText } from '../support/messaging.js'
import { randomSource } from '../support/random.js'
import { describeServer, eventually, find, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { pause } from '../support/wait.js'

const seed = Number(process.env.CHAOS_SEED ?? 20261124)
/** `npm run chaos:sends` runs the long form, and prints the counts. */
const long = process.env.KAANHA_CHAOS === 'long'
const size = long ? { sends: 1000, clients: 12, kills: 40 } : { sends: 60, clients: 6, kills: 4 }
/** Much longer than it takes: for machines that do other things. */
const waitMs = long ? 900_000 : 120_000

type Row = { id: string; text: string; status: string; direction: string }

describeServer('sends while the server is killed again and again, and WhatsApp drops answers', () => {
  test(`are each accepted exactly once: none twice, none lost, none left unknown (CHAOS_SEED=${seed})`, {
    timeout: 2 * waitMs,
  }, async () => {
    const random = randomSource(seed)
    const [port, simulatorPort] = [await freePort(), await freePort()]
    const server = await startServer({
      env: { WHATSAPP_API_URL: `http://127.0.0.1:${port}`, SEND_UNKNOWN_GRACE_SECONDS: '30', LOG_LEVEL: 'fatal' },
    })
    const outside = await runSimulator(simulatorPort, server.url)
    const proxy = await startCrashProxy(port, outside.url)
    try {
      const phones = await customers(server, outside, size.clients)
      const start = await eventCursor(server)
      const texts = Array.from({ length: size.sends }, (_, n) => `Chaos ${n}`)
      const answers = new Map<string, string>()
      const counts = { refused: 0, broken: 0, replayed: 0, droppedAnswers: 0, kills: 0 }

      /** A client as they should be: it repeats with the same key until it has its answer. */
      async function client(phone: string): Promise<void> {
        for (let text = texts.shift(); text; text = texts.shift()) {
          while (!answers.has(text)) {
            const answer = await sendText(server, phone, text, { 'idempotency-key': text }).catch(() => null)
            if (answer?.status === 200) {
              answers.set(text, answer.json.id)
              if (answer.headers.get('idempotent-replayed')) counts.replayed++
            } else if (answer) {
              counts.refused++
              expect([409, 503]).toContain(answer.status)
            } else counts.broken++
            await pause(answers.has(text) ? random() * (long ? 50 : 200) : 100)
          }
        }
      }

      /** At random moments, and in turn at every named point. */
      async function killer(): Promise<void> {
        const each = size.sends / (size.kills + 1)
        for (; counts.kills < size.kills; counts.kills++) {
          const target = Math.ceil(counts.kills * each + random() * each)
          await eventually(() => answers.size >= target || texts.length === 0, waitMs)
          if (random() < 0.7) {
            counts.droppedAnswers++
            await outside.simulator('POST', '/faults', { acceptThenDropReply: 1 })
          }
          const point = crashPoints[counts.kills % (crashPoints.length + 1)]
          if (point && texts.length > 0) await proxy.crashAt(point, () => server.kill())
          else {
            await pause(random() * 60)
            await server.kill()
          }
          await server.restart()
        }
      }

      await Promise.all([killer(), ...phones.map(client)])
      const done = await find(async () => {
        const rows = await outboundRows(server)
        return rows.length >= size.sends && rows.every(({ status }) => status === 'READ') && rows
      }, waitMs)

      const accepted = await everyAccepted(outside)
      const times = new Map<string, number>()
      for (const { payload } of accepted) times.set(payload.text.body, (times.get(payload.text.body) ?? 0) + 1)
      const twice = [...times].filter(([, count]) => count > 1)
      const lost = [...answers.keys()].filter((text) => !times.has(text))
      const settled = howSettled(await logSince(server, start))
      console.log(
        `chaos:sends on ${store}, seed ${seed}: ${answers.size} sends, ${accepted.length} accepted, ` +
          `${times.size - twice.length} once, ${twice.length} twice, ${lost.length} lost, ` +
          `${settled.byEcho} unknown settled by echo, ${settled.byPolicy} by policy;`,
        counts,
      )
      expect({ answered: answers.size, accepted: accepted.length, twice, lost }).toEqual({
        answered: size.sends,
        accepted: size.sends,
        twice: [],
        lost: [],
      })
      expect(new Map(done.map(({ text, id }) => [text, id]))).toEqual(answers)
      expect(new Set(accepted.map(({ bizOpaqueCallbackData }) => bizOpaqueCallbackData))).toEqual(
        new Set(answers.values()),
      )
    } finally {
      await proxy.close()
      await outside.stop()
      await server.dispose()
    }
  })
})

type Simulator = Awaited<ReturnType<typeof runSimulator>>

/** People who have just written, so that they may be written to. */
async function customers(server: TestServer, outside: Simulator, count: number): Promise<string[]> {
  const phones = Array.from({ length: count }, newPhone)
  for (const phone of phones) {
    const message = { type: 'text', text: { body: 'Namaste' } }
    await outside.simulator('POST', '/inbound', { from: phone.slice(1), message })
  }
  for (const phone of phones) await find(() => conversationOf(server, phone))
  return phones
}

type AcceptedText = { seq: number; bizOpaqueCallbackData: string; payload: { text: { body: string } } }

async function everyAccepted(outside: Simulator): Promise<AcceptedText[]> {
  const all: AcceptedText[] = []
  for (;;) {
    const { data } = await outside.simulator('GET', `/messages?after=${all.at(-1)?.seq ?? 0}`)
    if (data.length === 0) return all
    all.push(...data)
  }
}

async function outboundRows(server: TestServer): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; ; page++) {
    const { data, pagination } = (await server.rest('GET', `/messages?limit=100&page=${page}`)).json
    rows.push(...data.filter(({ direction }: Row) => direction === 'OUTBOUND'))
    if (!pagination.hasMore) return rows
  }
}

/** What became of the sends of which nobody knew: a status told of them, or the grace ended and the policy decided. */
function howSettled(events: { type: string; data: Record<string, unknown> }[]): { byEcho: number; byPolicy: number } {
  const last = new Map<unknown, string>()
  const counts = { byEcho: 0, byPolicy: 0 }
  for (const { type, data } of events) {
    if (!type.startsWith('message.')) continue
    if (last.get(data.id) === 'message.unknown') {
      if (type === 'message.queued' || type === 'message.failed') counts.byPolicy++
      else counts.byEcho++
    }
    last.set(data.id, type)
  }
  return counts
}
