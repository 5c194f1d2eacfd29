import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../src/core/ids.js'
import { IncomingFile } from '../src/core/incoming-file.js'
import { tools } from '../src/mcp/tools.js'
import { routes } from '../src/rest/routes.js'
import { type CountedGraph, openCountedGraph } from './support/counted-graph.js'
import { jpeg } from './support/media-files.js'

type Variables = Record<string, unknown>

/** How many statements each row of both tables takes, beside the one that looks at the key. */
const statementsOf = {
  'GET /status': 1,
  'GET /contacts': 1,
  'POST /contacts': 4,
  'GET /chats': 1,
  'GET /chats/:conversationId': 2,
  'GET /messages': 2,
  'POST /send': 7,
  'POST /media': 1,
  'GET /events': 2,
  list_contacts: 1,
  get_contact: 1,
  create_contact: 4,
  list_conversations: 1,
  get_conversation: 2,
  send_message: 7,
  list_templates: 2,
  send_broadcast: 10,
  get_analytics: 5,
  list_ai_agents: 2,
  list_quick_replies: 2,
  create_payment_link: 6,
}

describe('what a row of REST or a tool of MCP reads and writes', () => {
  let graph: CountedGraph
  let variables: Record<string, () => Variables>
  beforeAll(async () => {
    graph = await openCountedGraph()
    const { rows, organizationId } = graph
    await rows.select(`UPDATE "WhatsAppConnection" SET source = 'ENVIRONMENT'`)
    const { id, contactId } = await rows.conversation(organizationId)
    for (let n = 0; n < 30; n++) {
      const of = await rows.conversation(organizationId)
      const last = await rows.message({ organizationId, conversationId: of.id, contactId: of.contactId })
      await rows.select('UPDATE "Conversation" SET "lastMessageId" = $1 WHERE id = $2', [last, of.id])
      await rows.message({ organizationId, conversationId: id, contactId })
    }
    await rows.select(`UPDATE "Contact" SET "optedIn" = true, tags = '{vip}'`)
    await rows.inbox(organizationId, contactId)
    const [number] = await rows.select('SELECT "businessAccountId" FROM "WhatsAppConnection"')
    await rows.insert('Template', {
      ...{ organizationId, id: newId('Template'), ...number, whatsappId: '1', name: 'hello', language: 'en_US' },
      ...{ category: 'UTILITY', status: 'APPROVED', parameterFormat: 'POSITIONAL', syncedAt: new Date() },
      components: JSON.stringify([{ type: 'BODY', text: 'Hello' }]),
    })

    const page = { first: 20, skip: 0 }
    const phone = (n: number) => ({ input: { phone: `+91981230000${n}`, name: 'Asha' } })
    // Stored and not sent: what sending adds is the same for every door.
    const send = () => ({
      input: {
        to: contactId,
        content: { text: { text: 'Hello' } },
        scheduledAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
    })
    variables = {
      'GET /status': () => ({}),
      'GET /contacts': () => ({ search: '9', tag: 'vip', ...page }),
      'POST /contacts': () => phone(1),
      'GET /chats': () => page,
      'GET /chats/:conversationId': () => ({ id, messages: 50 }),
      'GET /messages': () => ({ conversationId: id, ...page }),
      'POST /send': send,
      'POST /media': () => ({ input: { file: new IncomingFile(Readable.from([jpeg]), 'dot.jpg') } }),
      'GET /events': () => ({ first: 20 }),
      list_contacts: () => ({ search: '9', first: 20 }),
      get_contact: () => ({ id: contactId }),
      create_contact: () => phone(2),
      list_conversations: () => ({ first: 20 }),
      get_conversation: () => ({ id, messages: 50 }),
      send_message: send,
      list_templates: () => ({ first: 20 }),
      send_broadcast: () => ({
        input: { name: 'Hello', template: { name: 'hello', language: 'en_US' }, audience: { tags: ['vip'] } },
      }),
      get_analytics: () => ({}),
      list_ai_agents: () => ({ first: 20 }),
      list_quick_replies: () => ({ first: 20 }),
      create_payment_link: () => ({
        input: { amount: '499.50', currency: 'INR', description: 'Order', contactId },
      }),
    }
  })
  afterAll(() => graph.close())

  const operations = new Map([
    ...routes.map(({ method, path, operation }) => [`${method} ${path}`, operation] as const),
    ...tools.map(({ name, operation }) => [name, operation] as const),
  ])

  it('is what stands here for each of them', async () => {
    const found: Record<string, number> = {}
    for (const [name, operation] of operations) {
      const { statements } = await graph.run(operation.toString(), variables[name]?.() ?? {})
      found[name] = statements.length
    }
    expect(found).toEqual(statementsOf)
  })

  it('is the same of a query that has come so often that it is compiled', async () => {
    for (const [name, operation] of operations) {
      const document = operation.toString()
      if (!/^\s*query\b/m.test(document)) continue
      for (let use = 0; use < 6; use++) await graph.run(document, variables[name]?.() ?? {})
      const { statements } = await graph.run(document, variables[name]?.() ?? {})
      expect([name, statements.length]).toEqual([name, statementsOf[name as keyof typeof statementsOf]])
    }
  })
})
