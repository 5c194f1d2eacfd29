import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, inbound, refusal } from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

/** Selections of one conversation that overlap in every way: the same list, the same relation, other arguments. */
const selections: Record<string, string> = {
  newest: 'messages(first: 1) { nodes { id text } }',
  newest3:
    'messages(first: 3) { totalCount edges { cursor node { status direction } } pageInfo { hasNextPage endCursor } }',
  oldest2: 'messages(last: 2) { nodes { text contact { phone } } pageInfo { hasPreviousPage } }',
  second: 'messages(first: 1, skip: 1) { nodes { id replyTo { text } } }',
  none: 'messages(first: 0) { nodes { id } }',
  count: 'messages { totalCount }',
  last: 'lastMessage { id text }',
  lastMore:
    'lastMessage { status replyTo { id text } conversation { unreadCount messages(first: 2) { nodes { id } } } }',
  who: 'contact { name }',
  whoMore: 'contact { phone tags attributes }',
  member: 'assignedTo { name }',
  memberMore: 'assignedTo { email active }',
}
const aliased = Object.entries(selections).map(([alias, selection]) => `${alias}: ${selection}`)

describeServer('documents of every shape', () => {
  let server: TestServer
  let ids: string[]
  beforeAll(async () => {
    server = await startServer()
    const phones = [newPhone(), newPhone()]
    ids = []
    let member = ''
    await withRows(server, async (rows) => {
      member = await rows.member(await rows.organizationId('demo'), { name: 'Asha' })
    })
    for (const phone of phones) {
      const { conversationId, id } = await inbound(server, phone, 'one')
      for (const text of ['two', 'three']) await inbound(server, phone, text)
      const send = `mutation ($to: String!, $replyTo: ID) {
        sendMessage(input: { to: $to, content: { text: { text: "four" } }, replyTo: $replyTo }) { message { id } }
      }`
      const sent = (await ask(server, send, { to: phone, replyTo: id })).sendMessage.message.id
      const query = 'query ($id: ID!) { message(id: $id) { status } }'
      await eventually(async () => (await ask(server, query, { id: sent })).message.status === 'READ')
      ids.unshift(conversationId)
    }
    const assign = `mutation ($id: ID!, $member: ID) {
      assignConversation(input: { id: $id, memberId: $member }) { conversation { id } }
    }`
    await ask(server, assign, { id: ids[0], member })
  })
  afterAll(() => server.dispose())

  /** What each selection answers when nothing else is asked. */
  async function alone(id: string): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {}
    for (const [alias, selection] of Object.entries(selections)) {
      const query = `query ($id: ID!) { conversation(id: $id) { ${alias}: ${selection} } }`
      answers[alias] = (await ask(server, query, { id })).conversation[alias]
    }
    return answers
  }

  test('each of many aliases of a relation or a list answers what it does alone, wherever the conversation is reached', async () => {
    const expected = await Promise.all(ids.map(alone))
    expect(expected[0]).toMatchObject({
      newest: { nodes: [{ text: 'four' }] },
      newest3: { totalCount: 4, pageInfo: { hasNextPage: true } },
      oldest2: { nodes: [{ text: 'two' }, { text: 'one' }], pageInfo: { hasPreviousPage: true } },
      second: { nodes: [{ replyTo: null }] },
      none: { nodes: [] },
      count: { totalCount: 4 },
      last: { text: 'four' },
      lastMore: { replyTo: { text: 'one' } },
      member: { name: 'Asha' },
    })
    expect(expected[1]).toMatchObject({ member: null, memberMore: null, count: { totalCount: 4 } })

    const list = await ask(server, `{ conversations(first: 2) { nodes { ${aliased.join(' ')} } } }`)
    expect(list.conversations.nodes).toEqual(expected)
    const backwards = [...aliased].reverse().join(' ')
    const edges = await ask(server, `{ conversations(first: 2) { edges { node { ${backwards} } } } }`)
    expect(edges.conversations.edges.map((edge: { node: unknown }) => edge.node)).toEqual(expected)
    for (const [i, id] of ids.entries()) {
      const one = await ask(server, `query ($id: ID!) { conversation(id: $id) { ${aliased.join(' ')} } }`, { id })
      expect(one.conversation).toEqual(expected[i])
      const node = await ask(server, `query ($id: ID!) { node(id: $id) { ... on Conversation { ${backwards} } } }`, {
        id,
      })
      expect(node.node).toEqual(expected[i])
      const { id: last } = (expected[i]?.last ?? {}) as { id?: string }
      const up = await ask(server, `query ($id: ID!) { message(id: $id) { conversation { ${aliased.join(' ')} } } }`, {
        id: last,
      })
      expect(up.message.conversation).toEqual(expected[i])
    }
    const both = await ask(
      server,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Conversation { ${backwards} } } }`,
      { ids },
    )
    expect(both.nodes).toEqual(expected)
    const resolved = await ask(
      server,
      `mutation ($id: ID!) { reopenConversation(input: { id: $id }) { conversation { ${aliased.join(' ')} } } }`,
      { id: ids[0] },
    )
    expect(resolved.reopenConversation.conversation).toEqual(expected[0])
  })

  test('each of many aliases of a list at the root answers what it does alone', async () => {
    const lists: Record<string, string> = {
      a: 'contacts(first: 1) { totalCount nodes { id } }',
      b: 'contacts(last: 1) { nodes { id name } }',
      c: 'contacts(tag: "nobody") { totalCount nodes { phone } }',
      d: 'conversations(status: ASSIGNED) { totalCount nodes { assignedTo { name } } }',
      e: 'conversations(first: 1, skip: 1) { nodes { id contact { name } } }',
      f: 'messages(first: 2) { nodes { id } }',
      g: 'messages(first: 2) { edges { node { text contact { phone } } } }',
    }
    const together = await ask(
      server,
      `{ ${Object.entries(lists)
        .map(([alias, field]) => `${alias}: ${field}`)
        .join(' ')} }`,
    )
    for (const [alias, field] of Object.entries(lists)) {
      expect([alias, together[alias]]).toEqual([alias, (await ask(server, `{ ${alias}: ${field} }`))[alias]])
    }
    expect(together.f.nodes).toHaveLength(2)
  })

  test('the same field asked for twice is one field with everything that either asks for', async () => {
    const query = `{ conversations(first: 1) {
      nodes { contact { name } } nodes { contact { phone } lastMessage { text } } totalCount
      edges { node { lastMessage { status } } } edges { cursor node { id } }
    } }`
    const { conversations } = await ask(server, query)
    expect(conversations.nodes[0]).toEqual({
      contact: { name: 'Asha Rao', phone: expect.any(String) },
      lastMessage: { text: 'four' },
    })
    expect(conversations.edges[0]).toEqual({
      cursor: expect.any(String),
      node: { id: ids[0], lastMessage: { status: expect.any(String) } },
    })
  })

  test('fragments, named or in place, on types and on what unites them, read as the fields they hold', async () => {
    const query = `query ($id: ID!) {
      conversation(id: $id) { ...Inbox ... on Node { id } ... { status } }
      node(id: $id) { ...Inbox __typename }
      conversations(first: 1) { ...Page }
    }
    fragment Page on ConversationConnection { nodes { ...Inbox } pageInfo { ...Place } }
    fragment Place on PageInfo { hasNextPage }
    fragment Inbox on Conversation { contact { ...Who } messages(first: 1) { nodes { ...Said } } }
    fragment Who on Contact { name ... on Contact { phone } }
    fragment Said on Message { content { __typename ... on TextContent { ...Text } ... on ImageContent { url } } }
    fragment Text on TextContent { text }`
    const data = await ask(server, query, { id: ids[0] })
    const inbox = {
      contact: { name: 'Asha Rao', phone: expect.stringMatching(/^\+/) },
      messages: { nodes: [{ content: { __typename: 'TextContent', text: 'four' } }] },
    }
    expect(data.conversation).toEqual({ ...inbox, id: ids[0], status: 'ASSIGNED' })
    expect(data.node).toEqual({ ...inbox, __typename: 'Conversation' })
    expect(data.conversations).toEqual({ nodes: [inbox], pageInfo: { hasNextPage: true } })
  })

  test('variables may have defaults, be absent or null, and stand inside lists, objects and directives', async () => {
    const query = `query ($first: Int = 1, $skip: Int, $status: ConversationStatus, $id: ID!, $who: Boolean = false, $no: Boolean!) {
      conversations(first: $first, skip: $skip, status: $status) { nodes { id contact @include(if: $who) { name } unreadCount @skip(if: $no) } }
      nodes(ids: [$id, "nonsense", $id]) { id }
    }`
    const shown = async (variables: Record<string, unknown>) =>
      ask(server, query, { id: ids[1], no: true, ...variables })
    expect(await shown({})).toEqual({
      conversations: { nodes: [{ id: ids[0] }] },
      nodes: [{ id: ids[1] }, null, { id: ids[1] }],
    })
    expect((await shown({ first: null, skip: null, status: null })).conversations.nodes).toHaveLength(2)
    expect((await shown({ skip: 1 })).conversations.nodes).toEqual([{ id: ids[1] }])
    expect((await shown({ status: 'ASSIGNED', first: 5 })).conversations.nodes).toEqual([{ id: ids[0] }])
    expect((await shown({ who: true, no: false })).conversations.nodes).toEqual([
      { id: ids[0], contact: { name: 'Asha Rao' }, unreadCount: 3 },
    ])
  })

  test('what a key may change is not yet what it may read: a payload leads no further than the scopes of the key', async () => {
    const words = [
      'keys',
      'create',
      '--org',
      'demo',
      '--name',
      'writer',
      '--scopes',
      'conversations:write,messages:send',
    ]
    const headers = { authorization: `Bearer ${(await server.operator(...words)).stdout.trim()}` }
    const reopen = (fields: string) =>
      `mutation ($id: ID!) { reopenConversation(input: { id: $id }) { conversation { ${fields} } } }`
    expect(
      (await ask(server, reopen('id status unreadCount'), { id: ids[0] }, headers)).reopenConversation.conversation.id,
    ).toBe(ids[0])
    for (const fields of [
      'contact { phone }',
      'lastMessage { text }',
      'messages { nodes { text } }',
      'messages { totalCount }',
    ]) {
      expect([fields, await refusal(server, reopen(fields), { id: ids[0] }, headers)]).toEqual([
        fields,
        { code: 'FORBIDDEN' },
      ])
    }
    const contact = (await ask(server, 'query ($id: ID!) { conversation(id: $id) { contact { id } } }', { id: ids[0] }))
      .conversation.contact.id
    const send = (fields: string) => `mutation ($to: String!) {
      sendMessage(input: { to: $to, content: { text: { text: "five" } } }) { message { ${fields} } }
    }`
    expect((await ask(server, send('text status'), { to: contact }, headers)).sendMessage.message).toEqual({
      text: 'five',
      status: 'SENT',
    })
    for (const fields of ['contact { phone }', 'conversation { id }', 'replyTo { text }']) {
      expect([fields, await refusal(server, send(fields), { to: contact }, headers)]).toEqual([
        fields,
        { code: 'FORBIDDEN' },
      ])
    }
  })
})
