import {
  createQuickReply,
  deleteQuickReply,
  findQuickReply,
  listQuickReplies,
  quickReplyLimits,
  updateQuickReply,
} from '../../quick-replies/quick-replies.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'
import { MediaNode } from './media.js'

export const QuickReplyNode = builder.prismaNode('QuickReply', {
  id: { resolve: (row) => row.id, description: 'The quick reply id (`qrp_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    shortcut: t.exposeString('shortcut', { description: 'What people find it by: lower case, without a slash.' }),
    text: t.exposeString('text', { nullable: true, description: 'The text; null where it is a file alone.' }),
    mediaId: t.exposeID('mediaId', { nullable: true, description: 'The file that goes with it.' }),
    media: t.relation('media', {
      type: MediaNode,
      nullable: true,
      description: 'The file that goes with it.',
      authScopes: { scope: ['media:read', 'agents:read'] },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

builder.queryField('quickReplies', (t) =>
  t.connection(
    {
      type: QuickReplyNode,
      description: 'Quick replies, newest first.',
      args: {
        search: t.arg.string({ description: 'Any part of the shortcut or the text, in any case.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'agents:read' },
      complexity: listCost,
      resolve: async (_root, { search, ...args }, ctx, info) =>
        toConnection(await listQuickReplies(ctx, { search }, args, pageQuery(ctx, info))),
    },
    { name: 'QuickReplyConnection', description: 'A page of quick replies.' },
    { name: 'QuickReplyEdge', description: 'A quick reply in a list.' },
  ),
)

builder.queryField('quickReply', (t) =>
  t.field({
    type: QuickReplyNode,
    nullable: true,
    description: 'One quick reply; null where there is none of this id.',
    args: { id: t.arg.id({ required: true, description: 'The quick reply id.' }) },
    authScopes: { scope: 'agents:read' },
    resolve: (_root, { id }, ctx, info) => findQuickReply(ctx, id, rowQuery(ctx, info)),
  }),
)

const shortcutText = `1 to ${quickReplyLimits.shortcutCharacters} letters, digits, - and _, unique in the organization whatever the case.`

builder.relayMutationField(
  'createQuickReply',
  {
    description: 'A new quick reply: a text, a file, or both.',
    inputFields: (t) => ({
      shortcut: t.string({ required: true, description: shortcutText }),
      text: t.string({ description: `1 to ${quickReplyLimits.textCharacters} characters.` }),
      mediaId: t.id({ description: 'An uploaded file.' }),
    }),
  },
  {
    description: 'Creates a quick reply.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ quickReply: await createQuickReply(ctx, input) }),
  },
  {
    description: 'The new quick reply.',
    outputFields: (t) => ({
      quickReply: t.field({
        type: QuickReplyNode,
        description: 'The new quick reply.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.quickReply),
      }),
    }),
  },
)

builder.relayMutationField(
  'updateQuickReply',
  {
    description: 'What changes of a quick reply. A field that is absent stays as it is.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The quick reply.' }),
      shortcut: t.string({ description: shortcutText }),
      text: t.string({ description: 'Null takes the text away.' }),
      mediaId: t.id({ description: 'Null takes the file away.' }),
    }),
  },
  {
    description: 'Changes a quick reply.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ quickReply: await updateQuickReply(ctx, input) }),
  },
  {
    description: 'The changed quick reply.',
    outputFields: (t) => ({
      quickReply: t.field({
        type: QuickReplyNode,
        description: 'The quick reply as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.quickReply),
      }),
    }),
  },
)

builder.relayMutationField(
  'deleteQuickReply',
  {
    description: 'Which quick reply to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The quick reply.' }) }),
  },
  {
    description: 'Deletes a quick reply. Its file stays.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ quickReply: await deleteQuickReply(ctx, input) }),
  },
  {
    description: 'The deleted quick reply.',
    outputFields: (t) => ({
      quickReply: t.field({
        type: QuickReplyNode,
        description: 'The quick reply as it was.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.quickReply),
      }),
    }),
  },
)
