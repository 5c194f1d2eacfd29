import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import {
  ask,
  eventCursor,
  eventsSince,
  expectWalks,
  givenPageArgs,
  inbound,
  pageArgs,
  pageFields,
  refusal,
} from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

const changed = 'conversation { id status unreadCount assignedTo { id name } contact { id phone } }'
const assign = `mutation ($id: ID!, $memberId: ID) { assignConversation(input: { id: $id, memberId: $memberId }) { ${changed} } }`
const resolve = `mutation ($id: ID!) { resolveConversation(input: { id: $id }) { ${changed} } }`
const reopen = `mutation ($id: ID!) { reopenConversation(input: { id: $id }) { ${changed} } }`
const markRead = `mutation ($id: ID!) { markConversationRead(input: { id: $id }) { ${changed} } }`
const dayMs = 24 * 3600 * 1000

describeServer('conversations in the graph', () => {
  let server: TestServer
  let members: { asha: string; ravi: string; left: string; foreign: string }
  let withBots: { bot: string; ai: string }
  beforeAll(async () => {
    server = await startServer()
    await withRows(server, async (rows) => {
      const demo = await rows.organizationId('demo')
      members = {
        asha: await rows.member(demo, { name: 'Asha' }),
        ravi: await rows.member(demo, { name: 'Ravi' }),
        left: await rows.member(demo, { name: 'Left', active: false }),
        foreign: await rows.member((await rows.organization('rival')).id, { name: 'Foreign' }),
      }
      withBots = {
        bot: (await rows.conversation(demo, { status: 'BOT_ACTIVE' })).id,
        ai: (await rows.conversation(demo, { status: 'AI_ACTIVE' })).id,
      }
    })
  })
  afterAll(() => server.dispose())

  const assigned = async (id: string, memberId: string | null) =>
    (await ask(server, assign, { id, memberId })).assignConversation.conversation
  const resolved = async (id: string) => (await ask(server, resolve, { id })).resolveConversation.conversation
  const reopened = async (id: string) => (await ask(server, reopen, { id })).reopenConversation.conversation
  const listed = async (args: Record<string, unknown>): Promise<string[]> => {
    const query = `query ($status: ConversationStatus, $contactId: ID, $assignedToId: ID, $unread: Boolean, $search: String) {
      conversations(
        first: 100, status: $status, contactId: $contactId, assignedToId: $assignedToId, unread: $unread, search: $search
      ) { nodes { id } }
    }`
    return (await ask(server, query, args)).conversations.nodes.map((node: { id: string }) => node.id)
  }
  const conversation = async (id: string) => {
    const query = `query ($id: ID!) { conversation(id: $id) {
      id status channel unreadCount lastMessageAt windowExpiresAt createdAt assignedTo { id name email active }
      contact { id phone name } lastMessage { id text sentAt } messages { nodes { id text status readAt } }
    } }`
    return (await ask(server, query, { id })).conversation
  }
  /** All that has happened since a cursor; the last of it is a contact made now. */
  const happenedSince = async (cursor: string) => {
    const phone = newPhone()
    const input = `input: { phone: "${phone}" }`
    await ask(server, `mutation { createContact(${input}) { contact { id } } }`)
    return eventsSince(server, cursor, ({ data }) => JSON.stringify(data).includes(phone))
  }
  const conversationEvents = async (cursor: string) =>
    (await happenedSince(cursor)).filter(({ type }) => type.startsWith('conversation.'))
  /** What a customer wrote is here a moment before its events have their places in the log: a cursor behind those. */
  const cursorBehindAll = async () => (await happenedSince(await eventCursor(server))).at(-1)?.cursor ?? ''

  test('a conversation shows its customer, its last message, what is unread, and until when its window is open', async () => {
    const phone = newPhone()
    const first = await inbound(server, phone, 'Namaste')
    const second = await inbound(server, phone, 'Are you there?')
    const shown = await conversation(first.conversationId)
    expect(shown).toMatchObject({
      id: expect.stringMatching(/^cnv_[0-9a-z]{26}$/),
      status: 'OPEN',
      channel: 'whatsapp',
      unreadCount: 2,
      assignedTo: null,
      contact: { id: first.contactId, phone, name: 'Asha Rao' },
      lastMessage: { id: second.id, text: 'Are you there?' },
    })
    expect(shown.messages.nodes.map((message: { id: string }) => message.id)).toEqual([second.id, first.id])
    expect(Date.parse(shown.windowExpiresAt) - Date.parse(shown.lastMessage.sentAt)).toBe(dayMs)
  })

  test('the inbox has the newest activity first, and each conversation once on every way through it', async () => {
    const rows: { conversationId: string; phone: string }[] = []
    for (let i = 0; i < 11; i++) {
      const phone = newPhone()
      rows.push({ phone, conversationId: (await inbound(server, phone, `${i}`)).conversationId })
      await assigned(rows[i]?.conversationId ?? '', members.asha)
    }
    const [oldest] = rows
    await inbound(server, oldest?.phone ?? '', 'again')
    const inOrder = [oldest, ...rows.slice(1).reverse()].map((row) => row?.conversationId ?? '')
    await expectWalks(inOrder, 4, async (args) => {
      const query = `query ($member: ID, ${pageArgs}) {
        conversations(assignedToId: $member, ${givenPageArgs}) { ${pageFields} }
      }`
      return (await ask(server, query, { ...args, member: members.asha })).conversations
    })
    const query = 'query ($member: ID) { conversations(assignedToId: $member) { totalCount } }'
    expect((await ask(server, query, { member: members.asha })).conversations.totalCount).toBe(11)
  })

  test('the messages of a conversation can be walked every way', async () => {
    const phone = newPhone()
    const received: string[] = []
    let id = ''
    for (let i = 0; i < 11; i++) {
      const message = await inbound(server, phone, `${i}`)
      received.unshift(message.id)
      id = message.conversationId
    }
    await expectWalks(received, 4, async (args) => {
      const query = `query ($id: ID!, ${pageArgs}) {
        conversation(id: $id) { messages(${givenPageArgs}) { ${pageFields} } }
      }`
      return (await ask(server, query, { ...args, id })).conversation.messages
    })
    await expectWalks(received, 4, async (args) => {
      const query = `query ($id: ID!, ${pageArgs}) { messages(conversationId: $id, ${givenPageArgs}) { ${pageFields} } }`
      return (await ask(server, query, { ...args, id })).messages
    })
    const counts =
      'query ($id: ID!) { conversation(id: $id) { messages { totalCount } } messages(conversationId: $id) { totalCount } }'
    expect(await ask(server, counts, { id })).toEqual({
      conversation: { messages: { totalCount: 11 } },
      messages: { totalCount: 11 },
    })
    expect(
      await refusal(server, 'query ($id: ID!) { conversation(id: $id) { messages(first: 101) { nodes { id } } } }', {
        id,
      }),
    ).toEqual({
      code: 'BAD_REQUEST',
      details: [{ path: 'first', message: expect.any(String) }],
    })
  })

  test('a filter lets through what it says: OPEN with both bot states, a contact, a member, and all of them at once', async () => {
    const open = await inbound(server, newPhone(), 'open')
    const taken = await inbound(server, newPhone(), 'taken')
    const done = await inbound(server, newPhone(), 'done')
    await assigned(taken.conversationId, members.ravi)
    await resolved(done.conversationId)
    const ids = {
      BOT_ACTIVE: withBots.bot,
      AI_ACTIVE: withBots.ai,
      OPEN: open.conversationId,
      ASSIGNED: taken.conversationId,
      RESOLVED: done.conversationId,
    }
    const shownUnder = async (status: string) => {
      const found = await listed({ status })
      return Object.entries(ids).flatMap(([state, id]) => (found.includes(id) ? [state] : []))
    }
    expect(await shownUnder('OPEN')).toEqual(['BOT_ACTIVE', 'AI_ACTIVE', 'OPEN'])
    for (const state of ['ASSIGNED', 'RESOLVED', 'BOT_ACTIVE', 'AI_ACTIVE']) {
      expect(await shownUnder(state)).toEqual([state])
    }
    const mine = Object.values(ids)
    expect((await listed({})).filter((id) => mine.includes(id))).toEqual([...mine].reverse())
    expect(await listed({ contactId: done.contactId })).toEqual([ids.RESOLVED])
    expect(await listed({ assignedToId: members.ravi })).toEqual([ids.ASSIGNED])
    const all = { status: 'ASSIGNED', assignedToId: members.ravi, contactId: taken.contactId }
    expect(await listed(all)).toEqual([ids.ASSIGNED])
    expect(await listed({ ...all, contactId: open.contactId })).toEqual([])
    for (const nothing of [newId('Contact'), newId('Member'), 'con_x', '', 'a\u0000b']) {
      expect(await listed({ contactId: nothing })).toEqual([])
      expect(await listed({ assignedToId: nothing })).toEqual([])
    }
  })

  test('a conversation is given to a member, on to another, and back to everybody; each change tells of itself once', async () => {
    const { conversationId: id } = await inbound(server, newPhone(), 'Hello')
    const cursor = await cursorBehindAll()
    expect(await assigned(id, members.asha)).toMatchObject({
      id,
      status: 'ASSIGNED',
      assignedTo: { id: members.asha, name: 'Asha' },
    })
    await assigned(id, members.asha)
    await assigned(id, members.ravi)
    expect((await conversation(id)).assignedTo).toEqual({
      id: members.ravi,
      name: 'Ravi',
      email: `${members.ravi}@example.com`,
      active: true,
    })
    expect(await assigned(id, null)).toMatchObject({ status: 'OPEN', assignedTo: null })
    await assigned(id, null)
    const events = await conversationEvents(cursor)
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('conversation.assigned'))
    const assignees = events.map(({ data }) => (data.conversation as { assignedTo: unknown }).assignedTo)
    expect(assignees).toMatchObject([{ name: 'Asha' }, { name: 'Ravi' }, {}].map((who) => ('name' in who ? who : null)))
  })

  test('nobody who is not an active member of the organization can be given a conversation', async () => {
    const { conversationId: id, contactId } = await inbound(server, newPhone(), 'Hello')
    for (const memberId of [newId('Member'), members.foreign, members.left, contactId, 'mbr_x', '', 'a\u0000b']) {
      expect([memberId, await refusal(server, assign, { id, memberId })]).toEqual([memberId, { code: 'NOT_FOUND' }])
    }
    expect(await conversation(id)).toMatchObject({ status: 'OPEN', assignedTo: null })
  })

  test('a resolved conversation is reopened to its assignee, or to everybody where it has none', async () => {
    const { conversationId: id } = await inbound(server, newPhone(), 'Hello')
    const cursor = await cursorBehindAll()
    expect(await resolved(id)).toMatchObject({ id, status: 'RESOLVED' })
    await resolved(id)
    expect(await reopened(id)).toMatchObject({ id, status: 'OPEN', assignedTo: null })
    await reopened(id)
    await assigned(id, members.asha)
    expect(await resolved(id)).toMatchObject({ status: 'RESOLVED', assignedTo: { id: members.asha } })
    expect(await reopened(id)).toMatchObject({ status: 'ASSIGNED', assignedTo: { id: members.asha } })
    const events = await conversationEvents(cursor)
    expect(events.map(({ type, data }) => [type, data.reopened ?? false])).toEqual([
      ['conversation.resolved', false],
      ['conversation.opened', true],
      ['conversation.assigned', false],
      ['conversation.resolved', false],
      ['conversation.opened', true],
    ])
  })

  test('an assignment taken back while it is resolved leaves it resolved', async () => {
    const { conversationId: id } = await inbound(server, newPhone(), 'Hello')
    await assigned(id, members.asha)
    await resolved(id)
    expect(await assigned(id, null)).toMatchObject({ status: 'RESOLVED', assignedTo: null })
    expect(await reopened(id)).toMatchObject({ status: 'OPEN' })
  })

  test('a conversation marked read has nothing unread, its messages READ, and WhatsApp is told once', async () => {
    const phone = newPhone()
    const { conversationId: id } = await inbound(server, phone, 'one')
    await inbound(server, phone, 'two')
    const seqOf = async (log: string): Promise<number> =>
      (await server.simulator('GET', `/${log}?after=0`)).data.at(-1)?.seq ?? 0
    const [requests, messages] = [await seqOf('requests'), await seqOf('messages')]
    const cursor = await cursorBehindAll()

    expect((await ask(server, markRead, { id })).markConversationRead.conversation).toMatchObject({
      id,
      unreadCount: 0,
    })
    const shown = await conversation(id)
    expect(shown.messages.nodes).toMatchObject([
      { text: 'two', status: 'READ', readAt: expect.any(String) },
      { text: 'one', status: 'READ', readAt: expect.any(String) },
    ])
    expect(shown.unreadCount).toBe(0)
    const posts = async (): Promise<{ path: string; status: number }[]> => {
      const { data } = await server.simulator('GET', `/requests?after=${requests}`)
      return data.filter((request: { method: string }) => request.method === 'POST')
    }
    const [receipt] = await find(async () => {
      const answered = (await posts()).filter(({ status }) => status !== null)
      return answered.length > 0 && answered
    })
    expect(receipt).toMatchObject({ path: expect.stringMatching(/\/messages$/), status: 200 })

    const again = (await ask(server, markRead, { id })).markConversationRead.conversation
    expect(again).toMatchObject({ id, unreadCount: 0 })
    expect((await conversationEvents(cursor)).map(({ type }) => type)).toEqual(['conversation.updated'])
    expect(await posts()).toHaveLength(1)
    expect(await seqOf('messages')).toBe(messages)
  })

  test('no change can be made to a conversation that is not there', async () => {
    const { contactId } = await inbound(server, newPhone(), 'Hello')
    for (const mutation of [assign, resolve, reopen, markRead]) {
      for (const id of [newId('Conversation'), contactId, 'cnv_x', '', 'a\u0000b']) {
        expect(await refusal(server, mutation, { id })).toEqual({ code: 'NOT_FOUND' })
      }
    }
  })

  test('conversations are found by a part of the name or number, and by whether something is unread', async () => {
    const phone = newPhone()
    await server.customerWrites(phone, 'Hello', 'Zubeida Quereshi')
    const search = phone.slice(3)
    const [id = ''] = await find(async () => {
      const found = await listed({ search })
      return found.length === 1 && found
    })
    expect(await listed({ search: 'beida QUE' })).toEqual([id])
    expect(await listed({ search: 'beida QUE', unread: true })).toEqual([id])
    expect(await listed({ search: 'beida QUE', unread: false })).toEqual([])
    await ask(server, markRead, { id })
    expect(await listed({ search: ` ${search} `, unread: false })).toEqual([id])
    expect(await listed({ unread: true })).not.toContain(id)
    expect(await listed({ search: '%' })).toEqual([])
  })
})
