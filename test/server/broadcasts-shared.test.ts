import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type BroadcastNow,
  broadcastNow,
  broadcastWhen,
  broadcastWith,
  control,
  createWithCsv,
} from '../support/broadcasts.js'
import { ask, bearer } from '../support/graph.js'
import { postWebhook, textFrom, webhookBody } from '../support/meta-webhook.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type Account, startTwoAccounts } from '../support/two-accounts.js'

const shop: Account = {
  phoneNumberId: '100000000000777',
  businessAccountId: '200000000000777',
  accessToken: 'shop-token-of-another-account',
  appSecret: 'shop-app-secret',
  verifyToken: 'shop-verify-token',
}

describeServer('broadcasts of two organizations on one server', () => {
  let accounts: Awaited<ReturnType<typeof startTwoAccounts>>
  let server: TestServer
  let shopKey: string
  beforeAll(async () => {
    accounts = await startTwoAccounts(shop)
    server = await startServer({
      env: { WHATSAPP_API_URL: accounts.apiUrl, PORT: accounts.port, RATE_LIMIT_SENDS_PER_HOUR: '1' },
    })
    shopKey = await server.newOrganization('shop', ['--plan', 'PRO'])
    await withRows(server, (rows) => rows.select(`UPDATE "Organization" SET "consentPolicy" = 'ALLOW_UNKNOWN'`))
    const connect = `mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { connection { id } } }`
    await ask(server, connect, { input: shop }, bearer(shopKey))
    await eventually(async () => {
      const query = '{ templates(name: "order_update") { totalCount } }'
      return (await ask(server, query, {}, bearer(shopKey))).templates.totalCount === 1
    })
  })
  afterAll(async () => {
    await server.dispose()
    await accounts.close()
  })

  const people = (count: number) => `phone\n${Array.from({ length: count }, newPhone).join('\n')}\n`

  test('share it: when one of two of a size is through, the other is not far behind', async () => {
    const begin = async (key: string) => {
      const input = { messagesPerSecond: 1000, scheduledAt: new Date(Date.now() + 3_600_000).toISOString() }
      const { data } = await createWithCsv(server, people(800), input, key)
      return String(data.createBroadcast.broadcast.id)
    }
    const [mine, theirs] = [await begin(server.key), await begin(shopKey)]
    await withRows(server, (rows) => rows.select(`UPDATE "Broadcast" SET "scheduledAt" = now()`))
    const headers = bearer(shopKey)
    let left = 0
    await eventually(async () => {
      const both = [await broadcastNow(server, mine), await broadcastNow(server, theirs, headers)]
      left = Math.max(...both.map(({ total, sent }) => total - sent))
      return both.some(({ total, sent }) => sent === total)
    }, 150_000)
    // A turn is 200 messages, and as many may be on their way.
    expect(left).toBeLessThan(400)
    // With all their statuses, some 5,000 webhooks, which those of the next test would stand behind.
    const isOver = ({ status, read, total }: BroadcastNow) => status === 'COMPLETED' && read === total
    await broadcastWhen(server, mine, isOver, { timeoutMs: 120_000 })
    await broadcastWhen(server, theirs, isOver, { headers, timeoutMs: 120_000 })
  }, 400_000)

  test('stop where many of those written to opt out', async () => {
    const file = people(25)
    const busy = newPhone()
    const single = { to: busy, type: 'template', templateName: 'hello_world', language: 'en_US' }
    expect((await server.rest('POST', '/send', single)).status).toBe(200)
    // Whoever has used up their limit waits: the broadcast goes on for as long as that.
    const { data } = await createWithCsv(server, `${file}${busy}\n`)
    const { id } = data.createBroadcast.broadcast
    await broadcastWhen(server, id, ({ sent }) => sent === 25)
    const phones = file.trim().split('\n').slice(1)
    for (const phone of phones.slice(0, 19)) await postWebhook(server, webhookBody(textFrom(phone, 'STOP')))
    await eventually(async () => (await optedOut(server)) === 19)
    expect((await broadcastNow(server, id)).status).toBe('RUNNING')
    await postWebhook(server, webhookBody(textFrom(phones[19] ?? '', 'STOP')))
    const held = await broadcastWith(server, id, 'PAUSED')
    expect(held.statusReason).toMatch(/^20 of 25 recipients have opted out/)
    await control(server, 'cancel', id)
  })

  test('go slower over a number that WhatsApp rates RED', async () => {
    const value = { display_phone_number: '919876543210', event: 'FLAGGED', current_limit: 'TIER_1K' }
    await server.simulator('POST', '/inbound', { change: { field: 'phone_number_quality_update', value } })
    const rating = async () => (await ask(server, '{ connection { qualityRating } }')).connection.qualityRating
    await eventually(async () => (await rating()) === 'RED')
    const { data } = await createWithCsv(server, people(4), { messagesPerSecond: 10 })
    const { id } = data.createBroadcast.broadcast
    await broadcastWith(server, id, 'COMPLETED')
    const { broadcast } = await ask(server, 'query ($id: ID!) { broadcast(id: $id) { startedAt completedAt } }', { id })
    expect(Date.parse(broadcast.completedAt) - Date.parse(broadcast.startedAt)).toBeGreaterThan(3000)
  })
})

async function optedOut(server: TestServer): Promise<number> {
  const { contacts } = await ask(server, '{ contacts(first: 100) { nodes { optedIn } } }')
  return contacts.nodes.filter(({ optedIn }: { optedIn: boolean | null }) => optedIn === false).length
}
