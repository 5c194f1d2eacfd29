// Mercurius with graphql-jit and loaders: SQL of one's own behind each field, batched by its loaders.
import fastify from 'fastify'
import { GraphQLScalarType } from 'graphql'
import mercurius from 'mercurius'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, idleTimeoutMillis: 10_000 })
const organization = process.env.ORGANIZATION_ID
const rows = async (name, text, values) => (await pool.query({ name, text, values: [organization, ...values] })).rows

const schema = `
  scalar DateTime
  type Contact { id: ID! name: String phone: String email: String tags: [String!]! createdAt: DateTime! }
  type Message { id: ID! direction: String! type: String! status: String! text: String createdAt: DateTime! }
  type Conversation { id: ID! status: String! unreadCount: Int! lastMessageAt: DateTime contact: Contact! messages(first: Int!): [Message!]! }
  type ContactPage { totalCount: Int! nodes: [Contact!]! }
  type Query {
    conversations(first: Int!): [Conversation!]!
    conversation(id: ID!): Conversation
    contacts(search: String!, tag: String!, first: Int!): ContactPage!
    contact(id: ID!): Contact
  }
  type Mutation { createMessage(conversationId: ID!, contactId: ID!, text: String!): Message! }`

const conversation = 'id, status, "unreadCount", "lastMessageAt", "contactId"'
const contact = 'id, name, phone, email, tags, "createdAt"'
const message = 'id, direction, type, status, text, "createdAt"'
const matching = '"organizationId" = $1 AND "searchName" LIKE $2 AND tags @> ARRAY[$3::text]'
let made = 0

const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (value) => value.toISOString() }),
  Query: {
    conversations: (_, { first }) =>
      rows(
        'inbox',
        `SELECT ${conversation} FROM "Conversation" WHERE "organizationId" = $1 ORDER BY "lastActivityAt" DESC, id DESC LIMIT $2`,
        [first],
      ),
    conversation: async (_, { id }) =>
      (
        await rows(
          'conversation',
          `SELECT ${conversation} FROM "Conversation" WHERE "organizationId" = $1 AND id = $2`,
          [id],
        )
      )[0],
    contact: async (_, { id }) =>
      (await rows('contact', `SELECT ${contact} FROM "Contact" WHERE "organizationId" = $1 AND id = $2`, [id]))[0],
    contacts: (_, args) => args,
  },
  ContactPage: {
    nodes: ({ search, tag, first }) =>
      rows('contacts', `SELECT ${contact} FROM "Contact" WHERE ${matching} ORDER BY id DESC LIMIT $4`, [
        `%${search}%`,
        tag,
        first,
      ]),
    totalCount: async ({ search, tag }) =>
      (await rows('count', `SELECT count(*)::int AS n FROM "Contact" WHERE ${matching}`, [`%${search}%`, tag]))[0].n,
  },
  Mutation: {
    createMessage: async (_, { conversationId, contactId, text }) => {
      const id = `msg_01${Date.now()}${String(made++).padStart(11, '0')}`
      const insert = `INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status, text, content)
        VALUES ($1, $2, $3, $4, 'OUTBOUND', 'TEXT', 'QUEUED', $5, jsonb_build_object('text', $5::text)) RETURNING ${message}`
      return (await rows('insert', insert, [id, conversationId, contactId, text]))[0]
    },
  },
}

const loaders = {
  Conversation: {
    async contact(queries) {
      const found = await rows(
        'people',
        `SELECT ${contact} FROM "Contact" WHERE "organizationId" = $1 AND id = ANY($2)`,
        [queries.map(({ obj }) => obj.contactId)],
      )
      const byId = new Map(found.map((row) => [row.id, row]))
      return queries.map(({ obj }) => byId.get(obj.contactId))
    },
    async messages(queries) {
      const found = await rows(
        'threads',
        `SELECT c.id AS parent, m.* FROM unnest($2::text[]) AS c(id) CROSS JOIN LATERAL (
          SELECT ${message} FROM "Message" WHERE "organizationId" = $1 AND "conversationId" = c.id ORDER BY id DESC LIMIT $3) AS m`,
        [queries.map(({ obj }) => obj.id), queries[0].params.first],
      )
      const byParent = new Map(queries.map(({ obj }) => [obj.id, []]))
      for (const row of found) byParent.get(row.parent).push(row)
      return queries.map(({ obj }) => byParent.get(obj.id))
    },
  },
}

const app = fastify()
app.register(mercurius, { schema, resolvers, loaders, jit: 1 })
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
