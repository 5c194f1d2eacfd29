import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../src/core/ids.js'
import { type CountedGraph, columnsOf, openCountedGraph } from './support/counted-graph.js'

const inbox = `query ($first: Int!) {
  conversations(first: $first) {
    nodes {
      id status unreadCount contact { id name phone } assignedTo { name } lastMessage { text status }
      messages(first: 20) { nodes { id text status createdAt } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

type Nodes = { nodes: { id: string }[] }

describe('what a document reads', () => {
  let graph: CountedGraph
  beforeAll(async () => {
    graph = await openCountedGraph()
    const { rows, organizationId } = graph
    const member = await rows.member(organizationId, { name: 'Asha' })
    for (let i = 0; i < 20; i++) {
      const { id, contactId } = await rows.conversation(organizationId, { assignedToId: member })
      const of = { organizationId, conversationId: id, contactId }
      let last = ''
      for (let k = 0; k < 20; k++) last = await rows.message(of, { text: `${k}` })
      await rows.select('UPDATE "Conversation" SET "lastMessageId" = $1 WHERE id = $2', [last, id])
    }
  })
  afterAll(() => graph.close())

  const countOf = async (document: string, variables?: Record<string, unknown>) =>
    (await graph.run(document, variables)).statements.length

  it('is 2 statements for an inbox of 20 conversations with their people and 20 messages each, and for one of 2', async () => {
    const { data, statements } = await graph.run(inbox, { first: 20 })
    const { nodes } = data.conversations as { nodes: { messages: Nodes }[] }
    expect(nodes.map((node) => node.messages.nodes.length)).toEqual(Array(20).fill(20))
    expect(statements).toHaveLength(2)
    expect(await countOf(inbox, { first: 2 })).toBe(2)
  })

  it('is no more once the query is compiled, however far what is asked for lies', async () => {
    const [message, reply] = await graph.rows.select('SELECT id FROM "Message" ORDER BY id LIMIT 2')
    await graph.rows.select('UPDATE "Message" SET "replyToId" = $1 WHERE id = $2', [message?.id, reply?.id])
    for (const document of [
      inbox.replace('$first: Int!', '$first: Int = 20'),
      '{ messages(first: 100) { nodes { text replyTo { messageId error { code } contact { name optedIn } } } } }',
      '{ conversations { nodes { lastMessage { contentData replyTo { contentData } contact { name } } } } }',
    ]) {
      const before = await countOf(document)
      for (let use = 0; use < 6; use++) await countOf(document)
      expect([document, await countOf(document)]).toEqual([document, before])
    }
  })

  it('is the columns that are asked for, and those that lead to them', async () => {
    const { statements } = await graph.run(
      '{ conversations { nodes { status contact { name } messages(first: 5) { nodes { text } } } } }',
    )
    const [conversations = '', messages = ''] = statements
    expect(columnsOf(conversations, 't')).toEqual(['id', 'lastActivityAt', 'organizationId', 'status'])
    expect(columnsOf(conversations, 'r0')).toEqual(['id', 'name', 'organizationId'])
    expect(columnsOf(messages, 't')).toEqual(['id', 'organizationId', 'text'])

    const content = await graph.run('{ messages { nodes { content { __typename } } } }')
    expect(columnsOf(content.statements[0], 't')).toEqual(['content', 'id', 'organizationId', 'type'])
    const skipped = await graph.run('{ contacts { nodes { name @skip(if: true) phone @include(if: false) email } } }')
    expect(columnsOf(skipped.statements[0], 't')).toEqual(['email', 'id', 'organizationId'])
  })

  it('is a count only where one is asked for, and one count for all the conversations of a list', async () => {
    const counting = (statements: string[]) => statements.filter((sql) => /\bcount\(/i.test(sql)).length
    const counts = async (document: string) => counting((await graph.run(document)).statements)
    expect(await counts('{ contacts { nodes { id } pageInfo { hasNextPage } edges { cursor } } }')).toBe(0)
    expect(await counts('{ contacts { nodes { id } totalCount } }')).toBe(1)
    expect(await counts('{ conversations { nodes { messages { nodes { id } } } } }')).toBe(0)
    expect(await counts('{ conversations { totalCount nodes { messages { totalCount } } } }')).toBe(2)
    const include = 'query ($count: Boolean!) { contacts { nodes { id } totalCount @include(if: $count) } }'
    expect(counting((await graph.run(include, { count: false })).statements)).toBe(0)
    expect(counting((await graph.run(include, { count: true })).statements)).toBe(1)
  })

  it('is one statement more for a second alias of the same messages, and none for a second alias of a relation', async () => {
    const one = '{ conversations { nodes { a: messages(first: 1) { nodes { text } } } } }'
    const two =
      '{ conversations { nodes { a: messages(first: 1) { nodes { text } } b: messages(first: 3) { nodes { id } } } } }'
    expect((await countOf(two)) - (await countOf(one))).toBe(1)
    const contact = '{ conversations { nodes { a: contact { name } } } }'
    const contacts = '{ conversations { nodes { a: contact { name } b: contact { phone tags } } } }'
    expect(await countOf(contacts)).toBe(await countOf(contact))
  })

  it('is as few statements from messages up to their conversations and down again', async () => {
    const document = `query ($first: Int!) { messages(first: $first) { edges { node {
      replyTo { text } contact { name } conversation { status contact { phone } messages(first: 2) { nodes { text } } }
    } } } }`
    expect(await countOf(document, { first: 100 })).toBe(await countOf(document, { first: 2 }))
    expect(await countOf(document, { first: 100 })).toBe(2)
  })

  it('is one statement for a hundred nodes of one kind', async () => {
    const { data } = await graph.run('{ messages(first: 100) { nodes { id } } }')
    const ids = (data.messages as Nodes).nodes.map(({ id }) => id)
    const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Message { text } } }'
    const found = await graph.run(document, { ids })
    expect(found.data.nodes).toHaveLength(100)
    expect(found.statements).toHaveLength(1)
  })

  it('is three statements for the broadcasts of a page with all their counts, however many they are', async () => {
    const { rows, organizationId } = graph
    const [row] = await rows.select('SELECT id FROM "WhatsAppConnection" LIMIT 1')
    for (let n = 0; n < 5; n++) {
      await rows.insert('Broadcast', {
        ...{ organizationId, id: newId('Broadcast'), connectionId: row?.id, name: `No ${n}`, status: 'COMPLETED' },
        ...{ templateName: 'hello_world', language: 'en_US', components: '[]', tags: [], messagesPerSecond: 80 },
        updatedAt: new Date(),
      })
    }
    const document = `query ($first: Int!) { broadcasts(first: $first) { nodes {
      name status total pending sent delivered read failed skipped csvFaults { line }
    } } }`
    for (const first of [5, 2]) {
      // The page itself, its rows, and the counts.
      expect(await countOf(document, { first })).toBe(3)
    }
  })

  it('is nothing again of a row that a mutation has just written', async () => {
    const document = `mutation { createContact(input: { phone: "+919812312312", name: "Asha" }) {
      contact { id phone name tags attributes optedIn createdAt }
    } }`
    const { data, statements } = await graph.run(document)
    expect(data).toMatchObject({ createContact: { contact: { name: 'Asha' } } })
    expect(statements.filter((sql) => sql.startsWith('SELECT'))).toEqual([])
  })
})
