import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { conversationOf, runSimulator, sendText } from '../support/messaging.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'

const seed = Number(process.env.KAANHA_CHAOS_SEED ?? 20261124)
const sends = 60
const clients = 6
const kills = 4

/** Mulberry32: the same seed, the same chances. */
function randomSource(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Row = { id: string; text: string; status: string; direction: string; messageId: string | null }

describeServer('sends while the server is killed again and again, and WhatsApp drops answers', () => {
  test('are each accepted exactly once: none twice, none lost, none left unknown', { timeout: 240_000 }, async () => {
    const random = randomSource(seed)
    const port = await freePort()
    const server = await startServer({
      env: { WHATSAPP_API_URL: `http://127.0.0.1:${port}`, SEND_UNKNOWN_GRACE_SECONDS: '30', LOG_LEVEL: 'warn' },
    })
    const outside = await runSimulator(port, server.url)
    try {
      const phones = Array.from({ length: clients }, newPhone)
      for (const phone of phones) {
        const message = { type: 'text', text: { body: 'Namaste' } }
        await outside.simulator('POST', '/inbound', { from: phone.slice(1), message })
      }
      for (const phone of phones) await find(() => conversationOf(server, phone))

      const texts = Array.from({ length: sends }, (_, n) => `Chaos ${n}`)
      const answers = new Map<string, string>()
      const counts = { broken: 0, refused: 0, replayed: 0, dropped: 0, killed: 0 }

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
            if (!answers.has(text)) await pause(100)
            else await pause(100 + random() * 200)
          }
        }
      }

      async function killer(): Promise<void> {
        for (; counts.killed < kills; counts.killed++) {
          const target = answers.size + 5 + Math.floor(random() * 6)
          await eventually(() => answers.size >= Math.min(target, sends), 60_000)
          if (random() < 0.7) {
            counts.dropped++
            await outside.simulator('POST', '/faults', { acceptThenDropReply: 1 })
          }
          await pause(random() * 60)
          await server.kill()
          await server.restart()
        }
      }

      await Promise.all([killer(), ...phones.map(client)])
      const done = await find(async () => {
        const rows = await outboundRows(server)
        return rows.length >= sends && rows.every(({ status }) => status === 'READ') && rows
      }, 60_000)

      const accepted: { bizOpaqueCallbackData: string; payload: { text: { body: string } } }[] = (
        await outside.simulator('GET', '/messages')
      ).data
      const timesByText = new Map<string, number>()
      for (const { payload } of accepted)
        timesByText.set(payload.text.body, (timesByText.get(payload.text.body) ?? 0) + 1)
      const twice = [...timesByText].filter(([, times]) => times > 1)
      const lost = [...answers.keys()].filter((text) => !timesByText.has(text))
      console.log(
        `seed ${seed}: ${answers.size} sends, ${accepted.length} accepted, ${twice.length} twice, ${lost.length} lost;`,
        counts,
      )
      expect({ answered: answers.size, accepted: accepted.length, twice, lost }).toEqual({
        answered: sends,
        accepted: sends,
        twice: [],
        lost: [],
      })
      expect(new Map(done.map(({ text, id }) => [text, id]))).toEqual(answers)
      expect(new Set(accepted.map(({ bizOpaqueCallbackData }) => bizOpaqueCallbackData))).toEqual(
        new Set(answers.values()),
      )
    } finally {
      await outside.stop()
      await server.dispose()
    }
  })
})

async function outboundRows(server: TestServer): Promise<Row[]> {
  const { data } = (await server.rest('GET', '/messages?limit=100')).json
  return data.filter(({ direction }: Row) => direction === 'OUTBOUND')
}
