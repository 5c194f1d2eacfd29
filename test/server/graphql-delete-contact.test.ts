import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, inbound, refusal } from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const send = `mutation ($to: String!, $text: String!, $key: String!) {
  sendMessage(input: { to: $to, content: { text: { text: $text } }, idempotencyKey: $key }) { message { id } }
}`
const deletion = 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id phone name tags } } }'

/** Everything that the graph shows of a contact. */
const picture = `query ($contact: ID!, $conversation: ID!, $inbound: ID!, $outbound: ID!, $media: ID!) {
  contact(id: $contact) { id phone name tags updatedAt }
  conversation(id: $conversation) { id unreadCount lastMessage { id } messages { totalCount nodes { id text status } } }
  inbound: message(id: $inbound) { id text status }
  outbound: message(id: $outbound) { id text status replyTo { id } }
  media(id: $media) { id sha256 }
  nodes(ids: [$contact, $conversation, $inbound, $outbound, $media]) { id }
  conversations(contactId: $contact) { totalCount }
  messages(conversationId: $conversation) { totalCount }
}`

/** Where rows could be left, and what names a contact's there. */
const traces = {
  Contact: 'id = $1',
  Conversation: '"contactId" = $1',
  Message: '"contactId" = $1',
  Media: 'id = $2',
  MessageStatusEvent: 'wamid = $3 OR "messageId" = $4',
  IdempotencyKey: '"messageId" = $4 AND answer::text <> \'{}\'',
}

describeServer('deleting a contact', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  async function customer(name: string) {
    const phone = newPhone()
    const received = await inbound(server, phone, `I am ${name}`)
    const variables = { to: phone, text: `Hello ${name}`, key: `hello-${phone}` }
    const outbound = (await ask(server, send, variables)).sendMessage.message.id
    const query = 'query ($id: ID!) { message(id: $id) { status messageId } }'
    await eventually(async () => (await ask(server, query, { id: outbound })).message.status === 'READ')
    const wamid = (await ask(server, query, { id: outbound })).message.messageId
    return { ...received, phone, variables, wamid, outbound, inbound: received.id }
  }

  test('takes its conversations, messages and media with it, and leaves every other contact as it was', async () => {
    const [gone, kept] = [await customer('Asha'), await customer('Ravi')]
    const [goneMedia, keptMedia] = await withRows(server, async (rows) => {
      const organizationId = await rows.organizationId('demo')
      return [await rows.media(organizationId, gone.inbound), await rows.media(organizationId, kept.inbound)] as const
    })
    const look = (who: typeof gone, media: string) =>
      ask(server, picture, {
        contact: who.contactId,
        conversation: who.conversationId,
        inbound: who.inbound,
        outbound: who.outbound,
        media,
      })
    const before = await look(kept, keptMedia)
    expect((await look(gone, goneMedia)).nodes).not.toContain(null)

    const { deleteContact } = await ask(server, deletion, { id: gone.contactId })
    expect(deleteContact.contact).toEqual({ id: gone.contactId, phone: gone.phone, name: 'Asha Rao', tags: [] })
    expect(await look(gone, goneMedia)).toEqual({
      contact: null,
      conversation: null,
      inbound: null,
      outbound: null,
      media: null,
      nodes: [null, null, null, null, null],
      conversations: { totalCount: 0 },
      messages: { totalCount: 0 },
    })
    expect(await look(kept, keptMedia)).toEqual(before)
    expect(await refusal(server, deletion, { id: gone.contactId })).toEqual({ code: 'NOT_FOUND' })
    expect(await refusal(server, send, gone.variables)).toMatchObject({ code: 'CONFLICT' })

    const left = await withRows(server, async (rows) => {
      const counts: Record<string, [number, number]> = {}
      for (const [table, condition] of Object.entries(traces)) {
        const count = async (who: typeof gone, media: string) => {
          const all = [who.contactId, media, who.wamid, who.outbound]
          const given = all.filter((_, i) => condition.includes(`$${i + 1}`))
          const sql = condition.replace(/\$(\d)/g, (place) => `$${given.indexOf(all[Number(place[1]) - 1] ?? '') + 1}`)
          const [row] = await rows.select(`SELECT count(*)::int AS n FROM "${table}" WHERE ${sql}`, given)
          return Number(row?.n)
        }
        counts[table] = [await count(gone, goneMedia), await count(kept, keptMedia)]
      }
      return counts
    })
    expect(left).toEqual({
      Contact: [0, 1],
      Conversation: [0, 1],
      Message: [0, 2],
      Media: [0, 1],
      MessageStatusEvent: [0, 3],
      IdempotencyKey: [0, 1],
    })
  })

  test('a deleted contact that writes again is a new one', async () => {
    const phone = newPhone()
    const first = await inbound(server, phone, 'first')
    await ask(server, deletion, { id: first.contactId })
    const second = await inbound(server, phone, 'second')
    expect(second.contactId).not.toBe(first.contactId)
    const query = 'query ($id: ID!) { conversation(id: $id) { messages { nodes { text } } } }'
    expect((await ask(server, query, { id: second.conversationId })).conversation.messages.nodes).toEqual([
      { text: 'second' },
    ])
  })
})
