import { expect, test } from 'vitest'
import { eventCursor, logSince } from '../support/live.js'
import { newCustomer, sendText } from '../support/messaging.js'
import { newWamid, nowSeconds, postWebhook, webhookBody } from '../support/meta-webhook.js'
import { randomSource } from '../support/random.js'
import { describeServer, eventually, find, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { pause } from '../support/wait.js'

const seed = Number(process.env.CHAOS_SEED ?? 20261124)
/** `npm run chaos:inbound` runs the long form, and prints the counts. */
const long = process.env.KAANHA_CHAOS === 'long'
const size = long
  ? { texts: 7000, sends: 1000, people: 200, kills: 12 }
  : { texts: 220, sends: 20, people: 15, kills: 2 }
/** Much longer than it takes: for machines that do other things. */
const waitMs = long ? 900_000 : 90_000

const ranks = ['queued', 'sent', 'delivered', 'read'] as const

/** One event of WhatsApp's: a part of the `value` of a webhook. */
type Part = { contacts?: unknown[]; messages?: unknown[]; statuses?: unknown[] }

describeServer('webhooks posted once to three times, shuffled and batched, while the server is killed', () => {
  test(`lose nothing, double nothing, and no status goes backwards (CHAOS_SEED=${seed})`, {
    timeout: 3 * waitMs,
  }, async () => {
    const random = randomSource(seed)
    const server = await startServer({ env: { LOG_LEVEL: 'fatal' } })
    try {
      await server.simulator('POST', '/faults', { autoStatuses: false })
      const sent = await sends(server, size.sends)
      const start = await eventCursor(server)
      const texts = inboundTexts(size.texts, size.people)
      const events = [...texts.map(({ part }) => part), ...sent.flatMap(({ wamid, id }) => statusesOf(wamid, id))]
      const bodies = batched(shuffled(repeated(events, random), random), random)
      const counts = { events: events.length, posts: bodies.length, kills: 0, refusedPosts: 0 }

      const queue = [...bodies]
      async function poster(): Promise<void> {
        for (let body = queue.shift(); body; body = queue.shift()) {
          // As WhatsApp does: again until it is answered 200.
          while ((await postWebhook(server, body).catch(() => 0)) !== 200) {
            counts.refusedPosts++
            await pause(100)
          }
        }
      }
      async function killer(): Promise<void> {
        for (; counts.kills < size.kills; counts.kills++) {
          const left = bodies.length * (1 - (counts.kills + random()) / size.kills)
          await eventually(() => queue.length <= left, waitMs)
          await server.kill()
          await server.restart()
        }
      }
      await Promise.all([killer(), poster(), poster(), poster(), poster()])

      const rows = await find(async () => {
        const found = await everyMessage(server)
        const read = found.filter(({ direction, status }) => direction === 'OUTBOUND' && status === 'READ')
        const inbound = found.filter(({ direction, text }) => direction === 'INBOUND' && text?.startsWith('Flood '))
        return read.length >= size.sends && inbound.length >= size.texts && { read, inbound }
      }, waitMs)
      const told = await logSince(server, start)
      const received = told.filter(
        ({ type, data }) => type === 'message.received' && textOf(data)?.startsWith('Flood '),
      )
      const lost = texts.length - new Set(rows.inbound.map(({ text }) => text)).size
      const doubled = rows.inbound.length - new Set(rows.inbound.map(({ text }) => text)).size
      const backwards = goneBackwards(told)
      console.log(
        `chaos:inbound on ${store}, seed ${seed}: ${counts.events} events, ${lost} lost, ${doubled} doubled, ` +
          `${backwards} statuses that went backwards;`,
        counts,
      )
      expect({ lost, doubled, backwards }).toEqual({ lost: 0, doubled: 0, backwards: 0 })
      expect(received.length).toBe(texts.length)
      expect(new Set(received.map(({ data }) => data.messageId))).toEqual(new Set(texts.map(({ wamid }) => wamid)))
    } finally {
      await server.dispose()
    }
  })
})

async function sends(server: TestServer, count: number): Promise<{ id: string; wamid: string }[]> {
  const { phone } = await newCustomer(server)
  const sent: { id: string; wamid: string }[] = []
  for (let n = 0; n < count; n += 10) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(10, count - n) }, (_, m) => sendText(server, phone, `Sent ${n + m}`)),
    )
    for (const { json } of answers) sent.push({ id: json.id, wamid: json.messageId })
  }
  return sent
}

function inboundTexts(count: number, people: number): { wamid: string; part: Part }[] {
  const phones = Array.from({ length: people }, newPhone)
  return Array.from({ length: count }, (_, n) => {
    const from = phones[n % people]?.slice(1) ?? ''
    const wamid = newWamid()
    const message = { from, id: wamid, timestamp: nowSeconds(), type: 'text', text: { body: `Flood ${n}` } }
    return { wamid, part: { contacts: [{ profile: { name: 'Asha Rao' }, wa_id: from }], messages: [message] } }
  })
}

function statusesOf(wamid: string, id: string): Part[] {
  const now = Number(nowSeconds())
  return (['sent', 'delivered', 'read'] as const).map((status, n) => ({
    statuses: [
      {
        id: wamid,
        status,
        timestamp: String(now + n),
        recipient_id: '919876500000',
        ...(n === 1 ? {} : { biz_opaque_callback_data: id }),
      },
    ],
  }))
}

const repeated = (parts: Part[], random: () => number): Part[] =>
  parts.flatMap((part) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => part))

function shuffled<T>(items: T[], random: () => number): T[] {
  const all = [...items]
  for (let n = all.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1))
    ;[all[n], all[other]] = [all[other] as T, all[n] as T]
  }
  return all
}

/** Bodies of one to eight events, as WhatsApp batches them. */
function batched(parts: Part[], random: () => number): ReturnType<typeof webhookBody>[] {
  const bodies: ReturnType<typeof webhookBody>[] = []
  for (let n = 0; n < parts.length; ) {
    const some = parts.slice(n, n + 1 + Math.floor(random() * 8))
    n += some.length
    const of = (name: keyof Part) => some.flatMap((part) => part[name] ?? [])
    bodies.push(webhookBody({ contacts: of('contacts'), messages: of('messages'), statuses: of('statuses') }))
  }
  return bodies
}

type Row = { direction: string; status: string; text: string | null }

async function everyMessage(server: TestServer): Promise<Row[]> {
  const rows: Row[] = []
  for (let after: string | null = null; ; ) {
    const { data } = await server.graphql(
      `query ($after: String) { messages(first: 100, after: $after) {
        nodes { direction status text } pageInfo { hasNextPage endCursor } } }`,
      { after },
    )
    rows.push(...data.messages.nodes)
    if (!data.messages.pageInfo.hasNextPage) return rows
    after = data.messages.pageInfo.endCursor
  }
}

const textOf = (data: Record<string, unknown>) => (data.message as { text?: string } | undefined)?.text

/** How many events told of a status that lies before one told of already. */
function goneBackwards(events: { type: string; data: Record<string, unknown> }[]): number {
  const last = new Map<unknown, number>()
  let backwards = 0
  for (const { type, data } of events) {
    const rank = ranks.findIndex((name) => type === `message.${name}`)
    if (rank < 0) continue
    if (rank < (last.get(data.id) ?? 0)) backwards++
    last.set(data.id, Math.max(rank, last.get(data.id) ?? 0))
  }
  return backwards
}
