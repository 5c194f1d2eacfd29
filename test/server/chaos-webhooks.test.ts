import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { ask } from '../support/graph.js'
import { eventCursor, logSince } from '../support/live.js'
import { postWebhook, textFrom, webhookBody } from '../support/meta-webhook.js'
import { randomSource } from '../support/random.js'
import { describeServer, eventually, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { pause } from '../support/wait.js'
import { type Received, startReceiver } from '../support/webhook-receiver.js'
import { newWebhook } from '../support/webhooks.js'

const seed = Number(process.env.CHAOS_SEED ?? 20261124)
/** `npm run chaos:webhooks` runs the long form, and prints the counts. */
const long = process.env.KAANHA_CHAOS === 'long'
const size = long
  ? { endpoints: 5, people: 100, texts: 1000, kills: 40 }
  : { endpoints: 2, people: 20, texts: 40, kills: 4 }
const total = size.endpoints * size.texts
/** Much longer than it takes: for machines that do other things. */
const waitMs = long ? 900_000 : 150_000

/** Where a delivery is when its server dies: not made yet; with the endpoint; answered, but nobody here knows. */
const points = ['after the change', 'while it is posted', 'after the answer'] as const
type Point = (typeof points)[number]

describeServer('deliveries of webhooks while the server is killed again and again', () => {
  test(`lose nothing; what comes twice comes under its webhook-id, and each conversation in its order (CHAOS_SEED=${seed})`, {
    timeout: 3 * waitMs,
  }, async () => {
    const random = randomSource(seed)
    const endpoints = await startEndpoints()
    const server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on', LOG_LEVEL: 'fatal' } })
    try {
      await endpoints.register(server)
      const start = await eventCursor(server)
      const people = Array.from({ length: size.people }, newPhone)
      const counts = { kills: 0, byPoint: 0, posts: 0, repeats: 0 }
      let written = 0

      /** One person's messages, one after the other, each again until it is answered 200, as WhatsApp does. */
      async function writer(phone: string, place: number): Promise<void> {
        for (let n = place; n < size.texts; n += size.people) {
          const body = webhookBody(textFrom(phone, String(n)))
          while ((await postWebhook(server, body).catch(() => 0)) !== 200) await pause(100)
          written++
          await endpoints.at('after the change')?.()
          // Not far ahead of what has been delivered, nor of the kills: there is always something left to write.
          await eventually(() => endpoints.seen.size >= (written - size.texts / 4) * size.endpoints, waitMs)
          await eventually(
            () =>
              counts.kills >= size.kills ||
              written < ((counts.kills + 1) / size.kills) * 0.8 * size.texts ||
              endpoints.waitsForMore(written),
            waitMs,
          )
        }
      }
      /** At random moments, and in turn at every named point; the last while there is still much to do. */
      async function killer(): Promise<void> {
        for (; counts.kills < size.kills; counts.kills++) {
          const target = ((counts.kills + random()) / size.kills) * 0.6 * total
          await eventually(() => endpoints.seen.size >= target, waitMs)
          const point = points[counts.kills % (points.length + 1)]
          if (point) {
            await endpoints.crashAt(point, () => server.kill())
            counts.byPoint++
          } else {
            await pause(random() * 60)
            await server.kill()
          }
          await server.restart()
        }
      }
      await Promise.all([killer(), ...people.map(writer)])
      await eventually(async () => endpoints.seen.size >= total && (await pending(server)) === 0, waitMs)

      const log = (await logSince(server, start)).filter(({ type }) => type === 'message.received')
      const { lost, otherIds, unordered, unverified, posts } = endpoints.verdict(
        log.map(({ data }) => (data.message as { text: string }).text),
      )
      counts.posts = posts
      counts.repeats = posts - total
      console.log(
        `chaos:webhooks on ${store}, seed ${seed}: ${total} deliveries, ${lost} lost, ${otherIds} repeated under another ` +
          `webhook-id, ${unordered} out of order, ${unverified} not verified;`,
        counts,
      )
      expect({ lost, otherIds, unordered, unverified }).toEqual({ lost: 0, otherIds: 0, unordered: 0, unverified: 0 })
      expect(log).toHaveLength(size.texts)
    } finally {
      await server.dispose()
      await endpoints.stop()
    }
  })
})

async function pending(server: TestServer): Promise<number> {
  const { webhookDeliveries } = await ask(server, '{ webhookDeliveries(status: PENDING) { totalCount } }').catch(
    () => ({
      webhookDeliveries: { totalCount: -1 },
    }),
  )
  return webhookDeliveries.totalCount
}

/** Endpoints that remember what came, and end the server where a delivery comes to a point. */
async function startEndpoints() {
  const receiver = await startReceiver()
  const paths = Array.from({ length: size.endpoints }, (_, n) => `/no-${n}`)
  const secrets = new Map<string, string>()
  /** Endpoint and text. */
  const seen = new Set<string>()
  let armed: { point: Point; crash(): Promise<void> } | null = null
  const at = (point: Point) => {
    if (armed?.point !== point) return null
    const { crash } = armed
    armed = null
    return crash
  }
  const textOf = ({ event }: Received) => String(event.data.message.text)

  function behave(post: Received) {
    if (post.event.event === 'webhook.test') return 200
    const whilePosted = at('while it is posted')
    if (whilePosted) {
      void whilePosted()
      return 'hang' as const
    }
    seen.add(`${post.path} ${textOf(post)}`)
    const afterAnswer = at('after the answer')
    if (!afterAnswer) return 200
    post.answer(200)
    void afterAnswer()
    return 'hang' as const
  }

  function isVerified({ path, headers, body }: Received): boolean {
    const secret = secrets.get(path) ?? ''
    const hex = createHmac('sha256', secret).update(body).digest('hex')
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>)
      return headers['x-kaanha-signature'] === `sha256=${hex}`
    } catch {
      return false
    }
  }

  return {
    seen,
    at,
    /** Whether the next death waits for a message to be written: of those that are, none is left to come to its point. */
    waitsForMore: (written: number) =>
      armed !== null && (armed.point === 'after the change' || seen.size >= written * size.endpoints),
    async register(server: TestServer) {
      for (const path of paths) {
        const { secret } = await newWebhook(server, receiver.url(path, behave), ['message.received'], { name: path })
        secrets.set(path, secret)
      }
      await eventually(() => paths.every((path) => receiver.at(path, 'webhook.test').length > 0))
    },
    /** The next delivery that comes to this point calls `then`, which ends the server. */
    crashAt: (point: Point, then: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        armed = { point, crash: () => then().then(resolve, reject) }
      }),
    /** `log`: the texts in the order of the event log, which is that of their deliveries. */
    verdict(log: string[]) {
      const places = new Map(log.map((text, place) => [text, place]))
      const posts = paths.flatMap((path) => receiver.at(path, 'message.received'))
      const ids = new Map<string, Set<string>>()
      const newest = new Map<string, number>()
      let unordered = 0
      for (const post of posts) {
        const key = `${post.path} ${textOf(post)}`
        const isFirst = !ids.has(key)
        ids.set(key, (ids.get(key) ?? new Set()).add(`${post.headers['webhook-id']} ${post.body}`))
        const conversation = `${post.path} ${post.event.data.conversationId}`
        const place = places.get(textOf(post)) ?? -1
        if (isFirst && place < (newest.get(conversation) ?? -1)) unordered++
        if (isFirst) newest.set(conversation, place)
      }
      return {
        posts: posts.length,
        lost: log.length * paths.length - seen.size,
        otherIds: [...ids.values()].filter((different) => different.size > 1).length,
        unordered,
        unverified: posts.filter((post) => !isVerified(post)).length,
      }
    },
    stop: () => receiver.stop(),
  }
}
