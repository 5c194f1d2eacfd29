import DataLoader from 'dataloader'
import { findBroadcast, listBroadcasts } from '../../broadcasts/broadcasts.js'
import { type BroadcastCounts, countBroadcasts, noCounts } from '../../broadcasts/counts.js'
import type { RowFault } from '../../broadcasts/csv-columns.js'
import { listRecipients } from '../../broadcasts/ledger.js'
import { BroadcastStatus, TagMatch } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection } from '../connections.js'
import { listCost } from '../cost.js'
import type { GraphContext } from '../graph-context.js'
import { RecipientConnection, RecipientEdge, RecipientStatusEnum } from './broadcast-recipient.js'
import { MessageNode } from './message.js'

export const BroadcastStatusEnum = builder.enumType('BroadcastStatus', {
  description: 'How far a broadcast has come.',
  values: {
    [BroadcastStatus.DRAFT]: { description: 'Being put together: its file of recipients is being read.' },
    [BroadcastStatus.SCHEDULED]: { description: 'Begins at `scheduledAt`.' },
    [BroadcastStatus.RUNNING]: { description: 'Being sent.' },
    [BroadcastStatus.PAUSED]: { description: 'Held, by request or as `statusReason` tells; it can be resumed.' },
    [BroadcastStatus.COMPLETED]: { description: 'Every recipient was written to, failed or was skipped.' },
    [BroadcastStatus.CANCELLED]: { description: 'Ended by request; whoever was not written to yet is skipped.' },
    [BroadcastStatus.FAILED]: { description: 'Could not begin; `statusReason` says why.' },
  },
})

export const TagMatchEnum = builder.enumType('TagMatch', {
  description: 'How a contact is chosen by several tags.',
  values: {
    [TagMatch.ANY]: { description: 'Has at least one of them.' },
    [TagMatch.ALL]: { description: 'Has all of them.' },
  },
})

export const RowFaultType = builder.objectRef<RowFault>('BroadcastCsvFault').implement({
  description: 'A row of the file that was refused.',
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'Its line; the first row, which names the columns, is 1.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
  }),
})

type Counted = { organizationId: string; id: string }
const loaders = new WeakMap<GraphContext, DataLoader<string, BroadcastCounts>>()

/** The counts of all broadcasts of a document in one statement, however many of them are asked for. */
function countsOf(ctx: GraphContext, { organizationId, id }: Counted): Promise<BroadcastCounts> {
  const loader =
    loaders.get(ctx) ??
    new DataLoader<string, BroadcastCounts>(async (ids) => {
      const counts = await countBroadcasts(ctx.database, organizationId, ids)
      return ids.map((one) => counts.get(one) ?? noCounts)
    })
  loaders.set(ctx, loader)
  return loader.load(id)
}

export const BroadcastNode = builder.prismaNode('Broadcast', {
  id: { resolve: (row) => row.id, description: 'The broadcast id (`bct_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => {
    const count = (description: string, read: (counts: BroadcastCounts) => number) =>
      t.int({ description, resolve: async (row, _args, ctx) => read(await countsOf(ctx, row)) })
    return {
      name: t.exposeString('name', { description: 'What people call it.' }),
      status: t.expose('status', { type: BroadcastStatusEnum, description: 'How far it has come.' }),
      statusReason: t.exposeString('statusReason', { nullable: true, description: 'Why it is PAUSED or FAILED.' }),
      templateName: t.exposeString('templateName', { description: 'The template that everybody gets.' }),
      language: t.exposeString('language', { description: 'The language of the template.' }),
      components: t.expose('components', {
        type: 'JSON',
        description: 'What it is filled in with for everybody whose own parameters say nothing else.',
      }),
      tags: t.exposeStringList('tags', { description: 'The tags that choose contacts when it starts.' }),
      tagMatch: t.expose('tagMatch', { type: TagMatchEnum, description: 'Whether one of the tags is enough.' }),
      connectionId: t.exposeID('connectionId', { description: 'The number that it is sent from.' }),
      messagesPerSecond: t.exposeInt('messagesPerSecond', { description: 'The pace of its number, at most.' }),
      scheduledAt: t.expose('scheduledAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it is to start; null: at once.',
      }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it started.' }),
      completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true, description: 'When it was over.' }),
      frozenAt: t.expose('resolvedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when all its recipients are known; they change no more.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When its status last changed.' }),
      retryOfId: t.exposeID('retryOfId', {
        nullable: true,
        description: 'The broadcast whose failed recipients it tries again.',
      }),
      total: count('All recipients known so far.', ({ total }) => total),
      pending: count('Those not written to yet, or about whose message nobody knows yet.', (c) => c.pending + c.open),
      sent: count('Messages that WhatsApp accepted; those delivered and read included.', ({ sent }) => sent),
      delivered: count("Messages on the customers' phones; those read included.", ({ delivered }) => delivered),
      read: count('Messages read.', ({ read }) => read),
      failed: count('Messages given up.', ({ failed }) => failed),
      skipped: count('Recipients left out; each says why.', ({ skipped }) => skipped),
      csvRows: t.exposeInt('csvRows', {
        nullable: true,
        description: 'Rows read of the file of recipients; null where there was no file.',
      }),
      csvRejected: t.exposeInt('csvRejected', { description: 'Rows of the file that were refused.' }),
      csvFaults: t.field({
        type: [RowFaultType],
        description: 'The first of them, each with its reason.',
        select: { csvFaults: true },
        resolve: ({ csvFaults }) => csvFaults as RowFault[],
      }),
      recipientsUrl: t.string({
        description: 'Where the whole ledger is read as CSV, with the same key.',
        resolve: ({ id }, _args, ctx) => `${ctx.config.publicUrl}/api/broadcasts/${id}/recipients.csv`,
      }),
      recipients: t.connection(
        {
          type: RecipientConnection.node,
          description: 'The ledger: every recipient, and what became of it, in the order of the contacts.',
          args: {
            status: t.arg({ type: RecipientStatusEnum, description: 'Only those that have come so far.' }),
            skip: t.arg.int({ description: 'How many rows to leave out first.' }),
          },
          complexity: listCost,
          select: { status: true },
          resolve: async (row, { status, ...args }, ctx) =>
            toConnection(await listRecipients(ctx, row, { status }, args)),
        },
        RecipientConnection.connection,
        RecipientEdge,
      ),
    }
  },
})

builder.prismaObjectField(MessageNode, 'broadcast', (t) =>
  t.relation('broadcast', {
    type: BroadcastNode,
    nullable: true,
    description: 'The broadcast that it belongs to.',
    authScopes: { scope: 'broadcasts:read' },
  }),
)

builder.queryField('broadcasts', (t) =>
  t.connection(
    {
      type: BroadcastNode,
      description: 'Broadcasts, newest first.',
      args: {
        status: t.arg({ type: BroadcastStatusEnum, description: 'Only those in this status.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'broadcasts:read' },
      complexity: listCost,
      resolve: async (_root, { status, ...args }, ctx, info) =>
        toConnection(await listBroadcasts(ctx, { status }, args, pageQuery(ctx, info))),
    },
    { name: 'BroadcastConnection', description: 'A page of broadcasts.' },
    { name: 'BroadcastEdge', description: 'A broadcast in a list.' },
  ),
)

builder.queryField('broadcast', (t) =>
  t.field({
    type: BroadcastNode,
    nullable: true,
    description: 'One broadcast; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'The broadcast id.' }) },
    authScopes: { scope: 'broadcasts:read' },
    resolve: (_root, { id }, ctx, info) => findBroadcast(ctx, id, rowQuery(ctx, info)),
  }),
)
