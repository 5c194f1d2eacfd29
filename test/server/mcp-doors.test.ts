import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, inbound } from '../support/graph.js'
import { type Called, callTool, connectMcp, type Json, newAgent, stripeEnv } from '../support/mcp.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type StripeStandIn, startStripe } from '../support/stripe.js'

/** What an act came to at another door: what it answered, or the code and words of its refusal. */
type Outcome = { data: Json } | { code: string; message: string; details: unknown }

const contactFields = 'id phone userId name email tags optedIn optInSource attributes createdAt updatedAt'
const messageFields = `id conversationId contactId direction type status text contentData messageId
  error { code title details } replyToId createdAt scheduledAt sentAt deliveredAt readAt failedAt editedAt revokedAt`

describeServer('a tool', () => {
  let server: TestServer
  let stripe: StripeStandIn
  let client: Client
  let phone: string
  let conversationId: string
  beforeAll(async () => {
    stripe = await startStripe()
    server = await startServer({ env: stripeEnv(stripe) })
    client = await connectMcp(server, 'Streamable HTTP 2025')
    phone = newPhone()
    conversationId = (await inbound(server, phone, 'Namaste')).conversationId
  })
  afterAll(async () => {
    await client.close()
    await server.dispose()
    await stripe.stop()
  })

  const tool = (name: string, args: Json = {}) => callTool(client, name, args)
  async function byRest(
    method: string,
    path: string,
    body?: Json,
    headers: Record<string, string> = {},
  ): Promise<Outcome> {
    const { status, json } = await server.rest(method, path, body, headers)
    return status < 300 ? { data: json } : { code: json.code, message: json.error, details: json.details }
  }
  async function byGraph(document: string, variables: Json, answer: (data: Json) => unknown): Promise<Outcome> {
    const { data, errors } = await server.graphql(document, variables)
    const [error] = errors ?? []
    if (error) return { code: error.extensions.code, message: error.message, details: error.extensions.details }
    return { data: answer(data) as Json }
  }
  const refusalOf = ({ code, message, details }: Called) => ({ code, message, details })
  const asRest = ({ contentData, type, ...rest }: Json): Json => ({
    ...rest,
    type: String(type).toLowerCase(),
    content: contentData,
  })
  /** What is a matter of the moment or the row, and not of the act. */
  const withoutOwn = (row: Json): Json =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        /(^id|Id|At|phone|url)$/.test(key) && value !== null ? typeof value : value,
      ]),
    )

  test('that lists answers the rows of REST and of the graph', async () => {
    const rest = async (path: string) => (await server.rest('GET', path)).json.data
    expect((await tool('list_contacts', { search: phone })).data.data).toEqual(await rest(`/contacts?search=${phone}`))
    expect((await tool('list_conversations', { status: 'OPEN' })).data.data).toEqual(await rest('/chats?status=open'))

    const quickReply =
      'mutation ($input: CreateQuickReplyInput!) { createQuickReply(input: $input) { quickReply { id } } }'
    for (const shortcut of ['hours', 'thanks']) await ask(server, quickReply, { input: { shortcut, text: shortcut } })
    await newAgent(server)
    const nodes: [string, string, string][] = [
      ['list_templates', 'templates', 'id name language category status parameterFormat components'],
      ['list_quick_replies', 'quickReplies', 'id shortcut text mediaId createdAt updatedAt'],
      [
        'list_ai_agents',
        'aiAgents',
        `id name task active triggerKeywords handoverKeywords prompt provider model temperature maxTurns
        businessHours { timeZone days { day from to } } createdAt updatedAt`,
      ],
    ]
    for (const [name, field, fields] of nodes) {
      const data = await ask(server, `{ ${field} { nodes { ${fields} } } }`)
      const listed = (await tool(name)).data
      expect([name, listed.data.length > 0]).toEqual([name, true])
      expect(listed.data).toEqual(data[field].nodes)
    }
  })

  test('that reads one thing answers what REST and the graph show of it, and says of none the same', async () => {
    const { contact } = await ask(server, `query ($phone: String) { contact(phone: $phone) { ${contactFields} } }`, {
      phone,
    })
    expect((await tool('get_contact', { phone })).data).toEqual(contact)
    expect((await tool('get_contact', { id: contact.id })).data).toEqual(contact)
    const shown = await byRest('GET', `/chats/${conversationId}`)
    expect(await tool('get_conversation', { id: conversationId })).toEqual(shown)
    const none = await byRest('GET', '/chats/cnv_none')
    expect(refusalOf(await tool('get_conversation', { id: 'cnv_none' }))).toEqual(none)

    const period = { from: '2026-01-01T00:00:00.000Z', to: '2030-01-01T00:00:00.000Z' }
    const analytics = `query ($from: DateTime, $to: DateTime) { analytics(from: $from, to: $to) {
      sent received conversations answered responseRate firstResponse { count medianSeconds } byHour { hour sent received }
    } }`
    const graph = await byGraph(analytics, period, (data) => data.analytics)
    expect(await tool('get_analytics', period)).toMatchObject(graph)
    const wrong = { from: period.to, to: period.from }
    expect(refusalOf(await tool('get_analytics', wrong))).toEqual(await byGraph(analytics, wrong, () => null))
  })

  test('that creates a contact makes the same row, and is refused alike', async () => {
    const given = {
      name: ' Asha Rao ',
      email: 'asha@example.com',
      tags: ['vip', 'vip '],
      optedIn: true,
      attributes: { city: 'Pune' },
    }
    const mutation = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${contactFields} } } }`
    const graph = (input: Json) => byGraph(mutation, { input }, (data) => (data.createContact as Json).contact)
    const made = [
      await byRest('POST', '/contacts', { phone: newPhone(), ...given }),
      await graph({ phone: newPhone(), ...given }),
      (await tool('create_contact', { phone: newPhone(), ...given })) as Outcome,
    ].map((outcome) => withoutOwn('data' in outcome ? outcome.data : outcome))
    expect(made[1]).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
    for (const input of [{ phone }, { phone: '12' }, { phone: newPhone(), email: 'nobody', name: 'x'.repeat(201) }]) {
      const refused = refusalOf(await tool('create_contact', input))
      expect(refused).toEqual(await byRest('POST', '/contacts', input))
      expect(refused).toEqual(await graph(input))
    }
  })

  test('that sends leaves the same message, takes part in the same idempotency, and is refused alike', async () => {
    const mutation = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { ${messageFields} } } }`
    const graph = ({ to, ...flat }: Json, idempotencyKey?: string) =>
      byGraph(mutation, { input: { to, content: { flat }, idempotencyKey } }, (data) =>
        asRest((data.sendMessage as { message: Json }).message),
      )
    const contents: Json[] = [
      { type: 'text', text: 'Hello', previewUrl: true },
      { type: 'template', templateName: 'hello_world', language: { code: 'en_US' } },
      { type: 'location', latitude: 18.5, longitude: 73.8, name: 'Shop' },
      { type: 'contacts', contacts: [{ name: 'Meera', phone: '+919811111111' }] },
    ]
    for (const [n, content] of contents.entries()) {
      const body = { to: phone, ...content }
      const sent = [
        await byRest('POST', '/send', body),
        await graph(body),
        (await tool('send_message', body)) as Outcome,
      ]
      const rows = sent.map((outcome) => withoutOwn('data' in outcome ? outcome.data : outcome))
      expect(rows[0]).toMatchObject({ status: 'SENT' })
      expect(rows[1]).toEqual(rows[0])
      expect(rows[2]).toEqual(rows[0])

      const key = `doors ${n}`
      const { data } = await tool('send_message', { ...body, idempotencyKey: key })
      expect(await byRest('POST', '/send', body, { 'idempotency-key': key })).toEqual({ data })
      expect(await graph(body, key)).toEqual({ data })
    }
    const [unknown, silent] = [newPhone(), newPhone()]
    await server.rest('POST', '/contacts', { phone: silent, optedIn: true })
    const text = { type: 'text', text: 'Hello' }
    const refused: Json[] = [
      { to: unknown, ...text },
      { to: silent, ...text },
      { to: '12', type: 'text', text: '' },
      { to: phone, type: 'location', latitude: 91, longitude: 181 },
      { to: phone, type: 'template', templateName: 'no_such', language: 'en' },
      { to: 'con_01h455vb4pex5vsknk084sn02q', ...text },
    ]
    for (const body of refused) {
      const outcome = refusalOf(await tool('send_message', body))
      expect(outcome).toEqual(await byRest('POST', '/send', body))
      expect(outcome).toEqual(await graph(body))
    }
  })

  test('that sends a broadcast reaches the same people as by the graph, once for a key, and is refused alike', async () => {
    const mutation = `mutation ($input: CreateBroadcastInput!) { createBroadcast(input: $input) {
      broadcast { id name status templateName language tags total } report { total wouldSend skipped { reason count } }
    } }`
    const graph = ({ templateName, language, tags, ...more }: Json) =>
      byGraph(
        mutation,
        { input: { ...more, template: { name: templateName, language }, audience: { tags } } },
        (data) => data.createBroadcast,
      )
    for (const optedIn of [true, true, false]) {
      await server.rest('POST', '/contacts', { phone: newPhone(), tags: ['sale'], optedIn })
    }
    const input = { name: 'Sale', templateName: 'hello_world', language: 'en_US', tags: ['sale'] }
    const dry = await tool('send_broadcast', { ...input, dryRun: true })
    expect(dry).toMatchObject(await graph({ ...input, dryRun: true }))
    expect(dry.data).toMatchObject({ broadcast: null, report: { total: 3, wouldSend: 2 } })

    const sent = (await tool('send_broadcast', { ...input, idempotencyKey: 'sale' })).data.broadcast
    const again = await graph({ ...input, idempotencyKey: 'sale' })
    expect(again).toMatchObject({ data: { broadcast: { id: sent.id } } })
    const now = 'query ($id: ID!) { broadcast(id: $id) { status sent skipped } }'
    await eventually(async () => (await ask(server, now, { id: sent.id })).broadcast.status === 'COMPLETED', 30_000)
    expect((await ask(server, now, { id: sent.id })).broadcast).toMatchObject({ sent: 2, skipped: 1 })

    const names: Record<string, string> = { 'template.name': 'templateName', 'audience.tags': 'tags', audience: 'tags' }
    for (const wrong of [{ templateName: 'no_such' }, { tags: ['nobody'] }, { scheduledAt: '2020-01-01T00:00:00Z' }]) {
      const refused = refusalOf(await tool('send_broadcast', { ...input, ...wrong }))
      const byGraphs = await graph({ ...input, ...wrong })
      expect(refused.code).toBe('code' in byGraphs ? byGraphs.code : 'none')
      const paths = (details: unknown) => (details as { path: string }[]).map(({ path }) => path)
      const expected = 'details' in byGraphs ? paths(byGraphs.details).map((path) => names[path] ?? path) : []
      expect(paths(refused.details)).toEqual(expected)
      for (const path of expected) expect(Object.keys({ ...input, ...wrong })).toContain(path)
    }
  })

  test('that makes a payment link makes what the graph makes, once for a key, and is refused alike', async () => {
    const fields = 'id url amount currency description status contactId expiresAt paidAt createdAt'
    const mutation = `mutation ($input: CreatePaymentLinkInput!) { createPaymentLink(input: $input) { paymentLink { ${fields} } } }`
    const graph = (input: Json) => byGraph(mutation, { input }, (data) => (data.createPaymentLink as Json).paymentLink)
    const input = { amount: '499.50', currency: 'INR', description: 'Saree' }
    const { data } = await tool('create_payment_link', { ...input, idempotencyKey: 'link' })
    expect(await graph({ ...input, idempotencyKey: 'link' })).toEqual({ data })
    const other = await graph(input)
    expect(withoutOwn(data)).toEqual(withoutOwn('data' in other ? other.data : {}))
    for (const wrong of [
      { amount: '-1' },
      { currency: 'XXX' },
      { contactId: 'con_none' },
      { idempotencyKey: 'link', amount: '1' },
    ]) {
      const outcome = refusalOf(await tool('create_payment_link', { ...input, ...wrong }))
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^(BAD_REQUEST|NOT_FOUND|CONFLICT)$/) })
      expect(outcome).toEqual(await graph({ ...input, ...wrong }))
    }
  })
})
