import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../src/events/cursor.js'
import {
  eventCursor,
  type Follower,
  followEvents,
  type LiveEvent,
  liveClient,
  logSince,
  makeContact,
  makeContacts,
  transports,
  upToCursor,
} from '../support/live.js'
import {
  collect,
  describeServer,
  eventually,
  find,
  newPhone,
  startServer,
  type TestServer,
  within,
} from '../support/server.js'

type MessageItem = {
  messages: {
    cursor: string
    type: string
    message: { id: string; conversationId: string; text: string; status: string } | null
  }
}
type ConversationItem = {
  conversations: { cursor: string; type: string; conversation: { id: string; unreadCount: number } | null }
}

const messagesQuery = `subscription ($after: String, $conversationId: ID) {
  messages(after: $after, conversationId: $conversationId) { cursor type message { id conversationId text status } }
}`
const conversationsQuery =
  'subscription ($after: String) { conversations(after: $after) { cursor type conversation { id unreadCount } } }'

describeServer('live subscriptions', () => {
  let server: TestServer
  let narrowKey: string
  let strangersKey: string
  beforeAll(async () => {
    server = await startServer()
    const words = ['keys', 'create', '--org', 'demo', '--name', 'narrow', '--scopes', 'contacts:read']
    narrowKey = (await server.operator(...words)).stdout.trim()
    strangersKey = await server.newOrganization('stranger')
  })
  afterAll(() => server.dispose())

  const conversationOf = (phone: string): Promise<string> =>
    find(async () => {
      const { data } = await server.graphql('query ($id: ID!) { conversations(contactId: $id) { nodes { id } } }', {
        id: await contactOf(phone),
      })
      return data.conversations.nodes[0]?.id
    })
  const contactOf = (phone: string): Promise<string> =>
    find(
      async () =>
        (await server.graphql('query ($phone: String!) { contact(phone: $phone) { id } }', { phone })).data.contact?.id,
    )
  const change = async (name: string, input: Record<string, unknown>) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
    const { errors } = await server.graphql(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, {
      input,
    })
    expect(errors).toBeUndefined()
  }

  describe.each(transports)('over %s', (transport) => {
    test('messages come in order, with the message as it is, of all conversations or of one', async () => {
      const [asha, ravi] = [newPhone(), newPhone()]
      const start = await eventCursor(server)
      await server.customerWrites(asha, 'one', 'Asha Rao')
      const conversationId = await conversationOf(asha)
      await server.customerWrites(ravi, 'two', 'Ravi Iyer')
      const client = liveClient(server, transport)
      const all = collect<MessageItem>(client, messagesQuery, { after: start })
      const one = collect<MessageItem>(client, messagesQuery, { after: start, conversationId })
      await eventually(() => all.items.length === 2 && one.items.length === 1)
      await server.customerWrites(asha, 'three')
      await eventually(() => one.items.length === 2)
      await server.customerWrites(ravi, 'four')
      await eventually(() => all.items.length === 4)

      expect(one.items.map(({ messages }) => messages.message)).toEqual(
        ['one', 'three'].map((text) => ({
          id: expect.stringMatching(/^msg_/),
          conversationId,
          text,
          status: 'RECEIVED',
        })),
      )
      expect(all.items.map(({ messages }) => messages.message?.text)).toEqual(['one', 'two', 'three', 'four'])
      expect(new Set(all.items.map(({ messages }) => messages.type))).toEqual(new Set(['message.received']))
      expect([...all.errors, ...one.errors]).toEqual([])
      await Promise.all([all.stop(), one.stop()])
      await client.dispose()
    })

    test('conversations come as they are opened, change, are resolved and reopened', async () => {
      const phone = newPhone()
      const start = await eventCursor(server)
      const client = liveClient(server, transport)
      const live = collect<ConversationItem>(client, conversationsQuery, { after: start })
      const types = () => live.items.map(({ conversations }) => conversations.type)
      await server.customerWrites(phone, 'Namaste')
      await eventually(() => types().includes('conversation.opened'))
      const id = await conversationOf(phone)
      await change('resolveConversation', { id })
      await eventually(() => types().includes('conversation.resolved'))
      await server.customerWrites(phone, 'Are you there?')
      await eventually(() => types().filter((type) => type === 'conversation.opened').length === 2)
      expect(live.items.every(({ conversations }) => conversations.conversation?.id === id)).toBe(true)
      expect(live.errors).toEqual([])
      await live.stop()
      await client.dispose()
    })

    test('events come with their data as it was, all types or some, each with its place', async () => {
      const start = await eventCursor(server)
      const all = followEvents(server, transport, start)
      const some = followEvents(server, transport, start, ['contact.created', 'contact.deleted'])
      const id = await makeContact(server)
      await change('updateContact', { id, name: 'Asha R.' })
      await change('deleteContact', { id })
      await eventually(() => all.events().length === 3 && some.events().length === 2)
      expect(all.events()).toMatchObject([
        { type: 'contact.created', data: { contact: { id, name: 'Asha Rao' } } },
        { type: 'contact.updated', data: { contact: { id, name: 'Asha R.' } } },
        { type: 'contact.deleted', data: { contact: { id } } },
      ])
      expect(some.events()).toEqual(all.events().filter(({ type }) => type !== 'contact.updated'))
      expect(all.events().at(-1)?.cursor).toBe(await eventCursor(server))
      await Promise.all([all.stop(), some.stop()])
    })

    test('an object that has been deleted since is null, and its events stand', async () => {
      const phone = newPhone()
      const start = await eventCursor(server)
      await server.customerWrites(phone, 'Forget me')
      await conversationOf(phone)
      await change('deleteContact', { id: await contactOf(phone) })
      const client = liveClient(server, transport)
      const messages = collect<MessageItem>(client, messagesQuery, { after: start })
      const conversations = collect<ConversationItem>(client, conversationsQuery, { after: start })
      await eventually(() => messages.items.length > 0 && conversations.items.length > 0)
      expect(messages.items[0]?.messages).toMatchObject({ type: 'message.received', message: null })
      expect(conversations.items[0]?.conversations).toMatchObject({ type: 'conversation.opened', conversation: null })
      expect([...messages.errors, ...conversations.errors]).toEqual([])
      await Promise.all([messages.stop(), conversations.stop()])
      await client.dispose()
    })

    test('what cannot be followed is the error of the subscription, which ends, and its neighbours go on', async () => {
      const stranger = await eventCursor(server, strangersKey)
      const client = liveClient(server, transport)
      const living = collect(client, 'subscription ($after: String) { events(after: $after) { cursor } }', {
        after: await eventCursor(server),
      })
      const failing = async (query: string, variables: Record<string, unknown> = {}, by = client) => {
        const live = collect(by, query, variables)
        await within(15_000, live.ended)
        expect(live.items).toEqual([])
        return live.errors.flat()
      }
      const mine = await eventCursor(server)
      const future = await futureCursor(server)
      const after = [{ path: 'after', message: expect.any(String) }]
      for (const bad of ['', 'nonsense', mine.toLowerCase(), `${mine}A`, stranger, future]) {
        for (const field of ['messages', 'conversations', 'events']) {
          expect(
            await failing(`subscription ($after: String) { ${field}(after: $after) { cursor } }`, { after: bad }),
          ).toMatchObject([{ extensions: { code: 'BAD_REQUEST', details: after } }])
        }
      }
      for (const conversationId of [
        'cnv_00000000000000000000000000',
        'cnv_01h455vb4pex5vsknk084sn02q',
        'con_01h455vb4pex5vsknk084sn02q',
        'nonsense',
        '',
      ]) {
        expect(
          await failing('subscription ($id: ID) { messages(conversationId: $id) { cursor } }', { id: conversationId }),
        ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
      }
      expect(await failing('subscription { events(types: ["no.such.type"]) { cursor } }')).toMatchObject([
        { extensions: { code: 'BAD_REQUEST' } },
      ])
      expect(await failing('subscription { nonsense }')).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])

      await makeContact(server)
      await eventually(() => living.items.length === 1)
      expect(living.errors).toEqual([])
      await living.stop()
      await client.dispose()
    })

    test('a key follows what its scopes let it read, and is told which scope it lacks', async () => {
      const client = liveClient(server, transport, narrowKey)
      const start = await eventCursor(server)
      for (const [query, scope] of [
        ['subscription { messages { cursor } }', 'messages:read'],
        ['subscription { conversations { cursor } }', 'conversations:read'],
        ['subscription { events(types: ["contact.created", "message.sent"]) { cursor } }', 'messages:read'],
      ] as const) {
        const live = collect(client, query)
        await within(15_000, live.ended)
        expect(live.errors.flat()).toMatchObject([
          { message: expect.stringContaining(scope), extensions: { code: 'FORBIDDEN' } },
        ])
      }
      const live = collect<{ events: { type: string } }>(
        client,
        'subscription ($after: String) { events(after: $after) { type } }',
        { after: start },
      )
      await server.customerWrites(newPhone(), 'Not for every eye')
      const all = followEvents(server, transport, start)
      await eventually(() => all.events().some(({ type }) => type === 'message.received'))
      await makeContact(server)
      await eventually(() => live.items.length === 2)
      expect(live.items.map(({ events }) => events.type)).toEqual(['contact.created', 'contact.created'])
      await Promise.all([live.stop(), all.stop()])
      await client.dispose()
    })
  })

  test('a subscription from any cursor taken amid the traffic has what came since and goes on live: nothing missing, nothing twice, one order', async () => {
    const start = await eventCursor(server)
    const followers: Follower[] = []
    let writing = true
    const traffic = makeContacts(server, 120).finally(() => {
      writing = false
    })
    for (let i = 0; writing && i < 12; i++) {
      followers.push(followEvents(server, i % 2 ? 'SSE' : 'WebSocket', await eventCursor(server)))
    }
    await traffic
    await makeContact(server)
    const whole = await logSince(server, start)
    expect(whole.filter(({ type }) => type === 'contact.created')).toHaveLength(121)
    const last = whole.at(-1)?.cursor ?? ''
    expect(followers.length).toBeGreaterThan(2)
    for (const follower of followers) {
      const events = await upToCursor(follower, last)
      expect(events.length).toBeGreaterThan(0)
      expect(events).toEqual(whole.slice(-events.length))
      expect(follower.errors).toEqual([])
      await follower.stop()
    }
  })

  test('a list read behind eventCursor, and the subscription from it, show every contact between them', async () => {
    const traffic = makeContacts(server, 40)
    const after = await eventCursor(server)
    const listed = new Set<string>()
    let cursor: string | null = null
    do {
      const { data } = await server.graphql(
        'query ($after: String) { contacts(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after: cursor },
      )
      for (const { id } of data.contacts.nodes) listed.add(id)
      cursor = data.contacts.pageInfo.hasNextPage ? data.contacts.pageInfo.endCursor : null
    } while (cursor)
    await traffic
    for (const { type, data } of await logSince(server, after)) {
      if (type === 'contact.created') listed.add((data.contact as { id: string }).id)
    }
    const { data } = await server.graphql('{ contacts(first: 1) { totalCount } }')
    // The last contact is the one that marks the end of the log.
    expect(listed.size + 1).toBe(data.contacts.totalCount)
  })

  test('a cursor holds over a restart and over a crash, on both transports', async () => {
    const start = await eventCursor(server)
    const before = transports.map((transport) => followEvents(server, transport, start))
    await makeContacts(server, 10)
    let whole = await logSince(server, start)
    const endOf = (log: LiveEvent[]) => log.at(-1)?.cursor ?? ''
    const seen = await Promise.all(before.map((follower) => upToCursor(follower, endOf(whole))))
    for (const stop of [() => server.stop(), () => server.kill()]) {
      await stop()
      await server.restart()
      await makeContacts(server, 5)
      whole = await logSince(server, start)
      for (const [index, transport] of transports.entries()) {
        const follower = followEvents(server, transport, endOf(seen[index] ?? []))
        seen[index]?.push(...(await upToCursor(follower, endOf(whole))))
        await follower.stop()
      }
    }
    expect(whole.length).toBeGreaterThan(20)
    expect(seen).toEqual([whole, whole])
  })
})

/** A cursor of the same organization that lies beyond the end of its log: of a second log that has gone further. */
async function futureCursor(server: TestServer): Promise<string> {
  const { data } = await server.graphql('{ viewer { organization { id } } }')
  const { id } = data.viewer.organization
  return encodeCursor(id, decodeCursor(id, await eventCursor(server), 'after') + 1000n)
}
