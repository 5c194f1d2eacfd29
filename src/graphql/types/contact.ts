import { listConsentRecordsOf } from '../../contacts/consent-history.js'
import { createContact, deleteContact, findContact, listContacts, updateContact } from '../../contacts/contacts.js'
import type { PageArgs } from '../../database/page.js'
import type { ConsentRecord } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { countedQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'
import { loadList } from '../list-loader.js'

const ConsentRecordType = builder.objectRef<ConsentRecord>('ConsentRecord').implement({
  description: 'A change of a consent, and what it rests on.',
  fields: (t) => ({
    optedIn: t.exposeBoolean('optedIn', {
      nullable: true,
      description: 'True: opted in. False: opted out. Null: unknown again.',
    }),
    source: t.exposeString('source', {
      description:
        'What it rests on: "keyword" (the customer wrote STOP or START), "marketing_preference" (they stopped marketing in WhatsApp), "whatsapp_131050" (WhatsApp refused a send because they had), "inbound" (they wrote first), else what the caller gave, "api" by default.',
    }),
    proof: t.exposeString('proof', {
      nullable: true,
      description: "Evidence of it: WhatsApp's id of a message, or what the caller gave.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
})

export const ContactNode = builder.prismaNode('Contact', {
  id: { resolve: (row) => row.id, description: 'The contact id (`con_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    phone: t.exposeString('phone', { nullable: true }),
    userId: t.exposeString('userId', { nullable: true }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name, as given or as the WhatsApp profile says.',
    }),
    email: t.exposeString('email', { nullable: true, description: 'The email address.' }),
    tags: t.exposeStringList('tags', { description: 'The tags, without repetition.' }),
    attributes: t.expose('attributes', {
      type: 'JSON',
      description: 'Whatever else is kept of the contact: an object.',
    }),
    optedIn: t.exposeBoolean('optedIn', { nullable: true }),
    optInSource: t.exposeString('optInSource', { nullable: true }),
    optInProof: t.exposeString('optInProof', { nullable: true }),
    optInAt: t.expose('optInAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the consent was given or taken back.',
    }),
    consentHistory: t.connection(
      {
        type: ConsentRecordType,
        description: 'The log of consent: every change of it, newest first.',
        args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
        complexity: listCost,
        resolve: async (contact, args, ctx, info) => {
          const load = (ids: readonly string[], page: PageArgs) => listConsentRecordsOf(ctx, ids, page)
          return toConnection(await loadList(ctx, info, contact.id, args, load))
        },
      },
      { name: 'ConsentRecordConnection', description: 'A page of the log of consent.' },
      { name: 'ConsentRecordEdge', description: 'A change of consent in a list.' },
    ),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the contact was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the contact last changed.' }),
  }),
})

builder.queryField('contacts', (t) =>
  t.connection(
    {
      type: ContactNode,
      description: 'Contacts, newest first.',
      args: {
        search: t.arg.string({
          description:
            "Any part of the name, in any case, or of the phone's digits; other signs are ignored for the phone.",
        }),
        tag: t.arg.string({ description: 'Only contacts with exactly this tag.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'contacts:read' },
      complexity: listCost,
      resolve: async (_root, { search, tag, ...args }, ctx, info) =>
        toConnection(await listContacts(ctx, { search, tag }, args, countedQuery(ctx, info))),
    },
    { name: 'ContactConnection', description: 'A page of contacts.' },
    { name: 'ContactEdge', description: 'A contact in a list.' },
  ),
)

builder.queryField('contact', (t) =>
  t.field({
    type: ContactNode,
    nullable: true,
    description: 'One contact, by id or by phone; null where there is none.',
    args: {
      id: t.arg.id({ description: 'The contact id.' }),
      phone: t.arg.string({ description: 'The phone number, in any spelling with its country code.' }),
    },
    authScopes: { scope: 'contacts:read' },
    resolve: (_root, by, ctx, info) => findContact(ctx, by, rowQuery(ctx, info)),
  }),
)

builder.relayMutationField(
  'createContact',
  {
    description: 'A new contact.',
    inputFields: (t) => ({
      phone: t.string({ required: true, description: 'With its country code; spaces and signs between are ignored.' }),
      name: t.string({ description: 'At most 200 characters.' }),
      email: t.string({ description: 'An email address.' }),
      tags: t.stringList({ description: 'At most 50, each at most 64 characters.' }),
      attributes: t.field({ type: 'JSON', description: 'An object of at most 16 KiB.' }),
      optedIn: t.boolean({ description: 'Whether the contact agreed to be written to; absent: unknown.' }),
      optInSource: t.string({ description: 'What the consent rests on, such as "web form"; "api" by default.' }),
      optInProof: t.string({ description: 'Evidence of the consent, such as a link.' }),
      idempotencyKey: t.string({
        description: 'Up to 255 characters. The same key again answers the same contact and makes none.',
      }),
    }),
  },
  {
    description: 'Creates a contact. CONFLICT, with `existingId`, where the phone belongs to one already.',
    authScopes: { scope: 'contacts:write' },
    resolve: async (_root, { input }, ctx) => ({ contact: await createContact(ctx, input as never) }),
  },
  {
    description: 'The new contact.',
    outputFields: (t) => ({
      contact: t.field({
        type: ContactNode,
        description: 'The new contact.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.contact),
      }),
    }),
  },
)

builder.relayMutationField(
  'updateContact',
  {
    description: 'What changes of a contact. A field that is absent stays as it is; null empties it.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The contact.' }),
      phone: t.string({ description: 'A new number; null changes nothing.' }),
      name: t.string({ description: 'At most 200 characters.' }),
      email: t.string({ description: 'An email address.' }),
      tags: t.stringList({ description: 'All the tags from now on; null changes nothing.' }),
      attributes: t.field({ type: 'JSON', description: 'All the attributes from now on; null changes nothing.' }),
      optedIn: t.boolean({ description: 'True, false, or null for unknown. An opt-out is lifted only with a source.' }),
      optInSource: t.string({ description: 'What the consent rests on.' }),
      optInProof: t.string({ description: 'Evidence of the consent.' }),
    }),
  },
  {
    description: 'Changes a contact.',
    authScopes: { scope: 'contacts:write' },
    resolve: async (_root, { input }, ctx) => ({ contact: await updateContact(ctx, input as never) }),
  },
  {
    description: 'The changed contact.',
    outputFields: (t) => ({
      contact: t.field({
        type: ContactNode,
        description: 'The contact as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.contact),
      }),
    }),
  },
)

builder.relayMutationField(
  'deleteContact',
  {
    description: 'Which contact to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The contact.' }) }),
  },
  {
    description: 'Deletes a contact with its conversations, messages and media, for good.',
    authScopes: { scope: 'contacts:write' },
    resolve: async (_root, { input }, ctx) => ({ contact: await deleteContact(ctx, input) }),
  },
  {
    description: 'The deleted contact.',
    outputFields: (t) => ({
      contact: t.field({
        type: ContactNode,
        description: 'The contact as it was.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.contact),
      }),
    }),
  },
)
