// Whom `npm run bench` asks, and how each is asked: a workload by its name gives the request for its n-th question.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { contactId, conversationId, phoneOf, searches } from './seed.mjs'
import { requestOf } from './support/load.mjs'

const peers = new URL('./peers/', import.meta.url)
const node22 = fileURLToPath(new URL('node_modules/node/bin/node', peers))
const message = 'id direction type status text createdAt'
const inbox = `{ conversations(first: 20) { nodes { id status unreadCount lastMessageAt contact { id name phone tags }
  messages(first: 20) { nodes { ${message} } } } } }`
const contacts = `query ($after: String, $skip: Int) { contacts(first: 20, after: $after, skip: $skip) {
  nodes { id name phone tags createdAt } } }`
const words = 'On its way: it should be with you tomorrow.'

/** The n-th question of each workload: what varies is spread over the recent conversations, as people do. */
export function questionsOf(size) {
  const recent = (n) => size.conversations - 20 - ((n * 37) % Math.min(1000, size.recent - 20))
  return {
    Q2: (n) => searches[n % searches.length],
    Q3: (n) => ({ id: conversationId(recent(n)) }),
    Q4: (n) => ({ id: contactId(recent(n)) }),
    'REST contacts': (n) => searches[n % searches.length],
    'REST chat': (n) => ({ id: conversationId(recent(n)) }),
    'REST messages': (n) => ({ id: conversationId(recent(n)) }),
    // Over all that may be written to, so that nobody's limit of an hour is reached.
    M1: (n) => someone(size, n),
    'REST send': (n) => someone(size, n),
  }
}

function someone(size, n) {
  const to = size.conversations - size.recent + 1 + (n % size.recent)
  return { to: phoneOf(to), conversationId: conversationId(to), contactId: contactId(to) }
}

const graphql = (headers = {}) => {
  const bodies = (query, variables) => JSON.stringify({ query, variables })
  return (query) => (variables) =>
    requestOf({ method: 'POST', path: '/graphql', headers, body: bodies(query, variables) })
}
const get =
  (path, headers = {}) =>
  (values) => {
    const query = new URLSearchParams(values)
    return requestOf({ path: `${path}?${query}`, headers })
  }

/** Ours, by GraphQL, with a key of each organization. `cursor` is where its deep page begins, behind so many contacts. */
export function ours(keys, deep) {
  const ask = graphql(bearer(keys.main))
  const operation = (name) => ask(documents[name])
  return {
    name: 'ours',
    file: 'dist/main.js',
    ready: '/readyz',
    workloads: {
      Q1: ask(inbox),
      Q2: ask(`query ($search: String!, $tag: String!) { contacts(search: $search, tag: $tag, first: 20) {
        totalCount nodes { id name phone tags createdAt } } }`),
      Q3: ask(`query ($id: ID!) { conversation(id: $id) { id status contact { id name phone }
        messages(first: 50) { nodes { ${message} } } } }`),
      Q4: ask('query ($id: ID!) { contact(id: $id) { id name phone email tags createdAt } }'),
      M1: sendBy(
        ask(`mutation ($to: String!, $text: String!) {
        sendMessage(input: { to: $to, content: { text: { text: $text } } }) { message { ${message} } } }`),
      ),
      'Q1 of long conversations': graphql(bearer(keys.long))(inbox),
      'contacts, page 1': ask(contacts),
      'contacts, deep by after': () => ask(contacts)({ after: deep.cursor }),
      'contacts, deep by skip': () => ask(contacts)({ skip: deep.skip }),
      'REST contacts': (values) => operation('ListContacts')({ ...values, first: 20, skip: 0 }),
      'REST chats': () => operation('ListConversations')({ first: 20, skip: 0 }),
      'REST chat': ({ id }) => operation('GetConversation')({ id, messages: 50 }),
      'REST messages': ({ id }) => operation('ListMessages')({ conversationId: id, first: 20, skip: 0 }),
      'REST send': ({ to }) => operation('SendMessage')({ input: { to, content: { text: { text: words } } } }),
    },
  }
}

/** The same server by REST; what it answers is of the documents that the graph is asked above. */
export function oursByRest(keys, deep) {
  const headers = bearer(keys.main)
  const at = (path) => get(`/api/whatsapp-api${path}`, headers)
  return {
    ...ours(keys, deep),
    name: 'ours, REST',
    workloads: {
      'REST contacts': at('/contacts'),
      'REST chats': () => at('/chats')({ limit: 20 }),
      'REST chat': ({ id }) => at(`/chats/${id}`)({}),
      'REST messages': ({ id }) => at('/messages')({ conversationId: id, limit: 20 }),
      'REST send': ({ to }) =>
        requestOf({
          ...{ method: 'POST', path: '/api/whatsapp-api/send', headers },
          body: JSON.stringify({ to, type: 'text', text: words }),
        }),
      'contacts, deep by skip': () => at('/contacts')({ page: deep.page }),
    },
  }
}

const bearer = (key) => ({ authorization: `Bearer ${key}` })
/** The documents that REST and MCP run, by the names of their operations. */
const documents = Object.fromEntries(
  Object.values(
    JSON.parse(readFileSync(new URL('../src/operations/generated/persisted-documents.json', import.meta.url), 'utf8')),
  ).map((text) => [/(?:query|mutation|subscription) (\w+)/.exec(text)[1], text]),
)
const sendBy =
  (ask) =>
  ({ to }) =>
    ask({ to, text: words })

export const limit = {
  name: 'limit',
  file: 'bench/peers/limit.mjs',
  workloads: {
    Q1: get('/q1'),
    Q2: get('/q2'),
    Q3: get('/q3'),
    Q4: get('/q4'),
    M1: ({ to }) => get('/m1')({ to: to.slice(1) }),
  },
}

const ask = graphql()
const ownSchema = {
  Q1: ask(`{ conversations(first: 20) { id status unreadCount lastMessageAt contact { id name phone tags }
    messages(first: 20) { ${message} } } }`),
  Q2: ask(`query ($search: String!, $tag: String!) { contacts(search: $search, tag: $tag, first: 20) {
    totalCount nodes { id name phone tags createdAt } } }`),
  Q3: ask(
    `query ($id: ID!) { conversation(id: $id) { id status contact { id name phone } messages(first: 50) { ${message} } } }`,
  ),
  Q4: ask('query ($id: ID!) { contact(id: $id) { id name phone email tags createdAt } }'),
  M1: ({ to: _, ...ids }) =>
    ask(`mutation ($conversationId: ID!, $contactId: ID!, $text: String!) {
      createMessage(conversationId: $conversationId, contactId: $contactId, text: $text) { ${message} } }`)({
      ...ids,
      text: words,
    }),
}

/** PostGraphile names things by itself: its ids are `rowId`. */
const graphile = message.replace('id', 'id: rowId')
const person = 'id: rowId name phone'
let made = 0
const postgraphile = (organizationId) => ({
  name: 'PostGraphile',
  file: 'bench/peers/postgraphile.mjs',
  node: node22,
  workloads: {
    Q1: ask(`{ conversations: allConversations(condition: { organizationId: "${organizationId}" }, orderBy: [LAST_ACTIVITY_AT_DESC, ROW_ID_DESC], first: 20) {
      nodes { id: rowId status unreadCount lastMessageAt contact: contactByOrganizationIdAndContactId { ${person} tags }
        messages: messagesByOrganizationIdAndConversationId(orderBy: ROW_ID_DESC, first: 20) { nodes { ${graphile} } } } } }`),
    Q2: ask(`query ($search: String!, $tag: String!) { contacts: benchPostgraphileSearchContacts(organization: "${organizationId}", pattern: $search, tag: $tag, first: 20) {
      totalCount nodes { ${person} tags createdAt } } }`),
    Q3: ask(`query ($id: String!) { conversation: conversationByOrganizationIdAndRowId(organizationId: "${organizationId}", rowId: $id) {
      id: rowId status contact: contactByOrganizationIdAndContactId { ${person} }
      messages: messagesByOrganizationIdAndConversationId(orderBy: ROW_ID_DESC, first: 50) { nodes { ${graphile} } } } }`),
    Q4: ask(`query ($id: String!) { contact: contactByOrganizationIdAndRowId(organizationId: "${organizationId}", rowId: $id) {
      ${person} email tags createdAt } }`),
    M1: ({ conversationId, contactId }) =>
      ask(
        `mutation ($message: MessageInput!) { createMessage(input: { message: $message }) { message { ${graphile} } } }`,
      )({
        message: {
          ...{ organizationId, conversationId, contactId, direction: 'OUTBOUND', type: 'TEXT', status: 'QUEUED' },
          ...{ text: words, content: { text: words }, createdAt: new Date().toISOString() },
          rowId: `msg_01${Date.now()}${String(made++).padStart(11, '0')}`,
        },
      }),
  },
})

/** A search with a tag is a function of the database, which is how PostGraphile has such things. */
export const postgraphileFunctions = `
  CREATE SCHEMA IF NOT EXISTS bench_postgraphile;
  CREATE OR REPLACE FUNCTION bench_postgraphile.search_contacts(organization text, pattern text, tag text) RETURNS SETOF "Contact"
  LANGUAGE sql STABLE AS $$
    SELECT * FROM "Contact" WHERE "organizationId" = organization AND "searchName" LIKE '%' || pattern || '%' AND tags @> ARRAY[tag] ORDER BY id DESC
  $$`

export const peersOf = (organizationId) => [
  postgraphile(organizationId),
  { name: 'Mercurius + JIT', file: 'bench/peers/mercurius.mjs', workloads: ownSchema },
  {
    name: 'Express + Prisma',
    file: 'bench/peers/express-prisma.mjs',
    workloads: {
      ...{ Q1: get('/q1'), Q2: get('/q2'), Q3: get('/q3'), Q4: get('/q4') },
      'REST chats': () => get('/chats')({ limit: 20 }),
      M1: ({ to: _, ...ids }) =>
        requestOf({ method: 'POST', path: '/m1', body: JSON.stringify({ ...ids, text: words }) }),
    },
  },
  { name: 'Pothos + Prisma + Yoga', file: 'bench/peers/pothos.mjs', workloads: ownSchema },
]
