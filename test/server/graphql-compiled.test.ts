import { afterAll, beforeAll, expect, test } from 'vitest'
import { inbound } from '../support/graph.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

/** Documents that show every kind of type, and all that can be wrong in the middle of a query. */
const documents: Record<string, string> = {
  'lists in lists': `query ($conversation: ID!) { conversations { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
    id status contact { id name tags attributes } lastMessage { id text } messages(first: 2) { totalCount nodes {
      id direction type status text content { __typename ... on TextContent { text } } contentData createdAt sentBy error { code }
      conversation { id contact { phone } } replyTo { id } } } } } } conversation(id: $conversation) { id } }`,
  'fragments and other names': `query ($contact: ID!) { one: contact(id: $contact) { ...Person } other: contact(id: $contact) {
    ...Person other: name } } fragment Person on Contact { id who: name consentHistory { nodes { optedIn source } } }`,
  'what an id names': `query ($contact: ID!, $conversation: ID!) { node(id: $contact) { __typename id ... on Contact { phone } }
    nodes(ids: [$conversation, $contact, "con_x"]) { __typename ... on Conversation { status unreadCount } ... on Contact { name } } }`,
  'defaults of variables': `query ($contact: ID!, $first: Int = 1) { contacts(first: $first, search: "") { nodes { id } } contact(id: $contact) { id } }`,
  'nothing there': `{ contact(id: "con_00000000000000000000000001") { id } message(id: "x") { id } }`,
  'an error in place of data': `{ viewer { scopes } messages(conversationId: "cnv_00000000000000000000000001") { nodes { id } } }`,
  'an error beside data': `query ($contact: ID!) { viewer { scopes } contact(id: $contact, phone: "+919812345678") { id } }`,
  'the connection and the viewer': `{ viewer { key { name } organization { plan } scopes } connection { status phoneNumber qualityRating }
    templates(first: 3) { nodes { name language status components } } sendability(to: "+919812345678") { canSend } }`,
}

describeServer('a query that comes again and again', () => {
  let server: TestServer
  let ids: { contact: string; conversation: string }
  beforeAll(async () => {
    server = await startServer()
    const phone = newPhone()
    const { contactId, conversationId } = await inbound(server, phone, 'Hello')
    for (const text of ['Are you there?', 'It is about my order']) await inbound(server, phone, text)
    ids = { contact: contactId, conversation: conversationId }
  })
  afterAll(() => server.dispose())

  test.each(Object.entries(documents))('is answered as the first time: %s', async (_name, query) => {
    const used = Object.fromEntries(Object.entries(ids).filter(([name]) => query.includes(`$${name}`)))
    const ask = async () => {
      const answer = JSON.stringify(await server.graphql(query, used))
      return JSON.parse(answer.replaceAll(/"requestId":"[^"]*"/g, '"requestId":"REQUEST"'))
    }
    const first = await ask()
    expect(JSON.stringify(first)).not.toMatch(/Cannot query field|Unknown argument|Unknown type/)
    for (let n = 0; n < 12; n++) expect(await ask()).toEqual(first)
  })
})
