// Pothos with its Prisma plugin on Yoga, as their documentation puts them together.
import { createServer } from 'node:http'
import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import { createYoga } from 'graphql-yoga'
import { getDatamodel } from '../../dist/generated/pothos.js'
import { createMessage, organizationId, prisma } from './prisma.mjs'

const builder = new SchemaBuilder({ plugins: [PrismaPlugin], prisma: { client: prisma, dmmf: getDatamodel() } })
builder.scalarType('DateTime', { serialize: (value) => value.toISOString() })

builder.prismaObject('Contact', {
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    tags: t.exposeStringList('tags'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})
builder.prismaObject('Message', {
  fields: (t) => ({
    id: t.exposeID('id'),
    direction: t.exposeString('direction'),
    type: t.exposeString('type'),
    status: t.exposeString('status'),
    text: t.exposeString('text', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})
builder.prismaObject('Conversation', {
  fields: (t) => ({
    id: t.exposeID('id'),
    status: t.exposeString('status'),
    unreadCount: t.exposeInt('unreadCount'),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime', nullable: true }),
    contact: t.relation('contact'),
    messages: t.relation('messages', {
      args: { first: t.arg.int({ required: true }) },
      query: ({ first }) => ({ take: first, orderBy: { id: 'desc' } }),
    }),
  }),
})
const matching = ({ search, tag }) => ({ organizationId, searchName: { contains: search }, tags: { has: tag } })
const ContactPage = builder.objectRef('ContactPage').implement({
  fields: (t) => ({
    totalCount: t.int({ resolve: (args) => prisma.contact.count({ where: matching(args) }) }),
    nodes: t.prismaField({
      type: ['Contact'],
      resolve: (query, args) =>
        prisma.contact.findMany({ ...query, where: matching(args), orderBy: { id: 'desc' }, take: args.first }),
    }),
  }),
})
const id = (t) => t.arg.id({ required: true })
const rowKey = (args) => ({ organizationId_id: { organizationId, id: args.id } })

builder.queryType({
  fields: (t) => ({
    conversations: t.prismaField({
      type: ['Conversation'],
      args: { first: t.arg.int({ required: true }) },
      resolve: (query, _root, { first }) =>
        prisma.conversation.findMany({
          ...query,
          where: { organizationId },
          orderBy: [{ lastActivityAt: 'desc' }, { id: 'desc' }],
          take: first,
        }),
    }),
    conversation: t.prismaField({
      type: 'Conversation',
      nullable: true,
      args: { id: id(t) },
      resolve: (query, _root, args) => prisma.conversation.findUnique({ ...query, where: rowKey(args) }),
    }),
    contacts: t.field({
      type: ContactPage,
      args: {
        search: t.arg.string({ required: true }),
        tag: t.arg.string({ required: true }),
        first: t.arg.int({ required: true }),
      },
      resolve: (_root, args) => args,
    }),
    contact: t.prismaField({
      type: 'Contact',
      nullable: true,
      args: { id: id(t) },
      resolve: (query, _root, args) => prisma.contact.findUnique({ ...query, where: rowKey(args) }),
    }),
  }),
})
builder.mutationType({
  fields: (t) => ({
    createMessage: t.prismaField({
      type: 'Message',
      args: {
        conversationId: id(t),
        contactId: id(t),
        text: t.arg.string({ required: true }),
      },
      resolve: (query, _root, args) => createMessage(args, query),
    }),
  }),
})

createServer(createYoga({ schema: builder.toSchema(), graphiql: false })).listen(Number(process.env.PORT), '127.0.0.1')
