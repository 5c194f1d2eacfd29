import { type AuditAction, auditActions } from '../../audit/actions.js'
import { listAuditEntries } from '../../audit/audit.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection } from '../connections.js'
import { listCost } from '../cost.js'

const AuditActionEnum = builder.enumType('AuditAction', {
  description: 'What was done.',
  values: Object.fromEntries(
    Object.entries(auditActions).map(([action, description]) => [action, { description }]),
  ) as Record<AuditAction, { description: string }>,
})

export const AuditEntryNode = builder.prismaNode('AuditEntry', {
  id: { resolve: (row) => row.id, description: 'The entry id (`aud_...`).' },
  nullable: true,
  description: 'Who did what to the keys and numbers of the organization. Entries are never changed.',
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    actorKeyId: t.exposeID('actorKeyId', { nullable: true }),
    actorName: t.exposeString('actorName'),
    action: t.field({
      type: AuditActionEnum,
      description: 'What was done.',
      select: { action: true },
      resolve: (entry) => entry.action as AuditAction,
    }),
    subjectId: t.exposeID('subjectId', { description: 'The key or connection it was done to.' }),
    details: t.expose('details', { type: 'JSON', description: 'More of it, as the action says: an object.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
})

builder.queryField('auditLog', (t) =>
  t.connection(
    {
      type: AuditEntryNode,
      description: "Who made, rotated and revoked what, newest first; the operator's commands too.",
      args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
      authScopes: { scope: 'keys:manage' },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) => toConnection(await listAuditEntries(ctx, args, pageQuery(ctx, info))),
    },
    { name: 'AuditEntryConnection', description: 'A page of the audit log.' },
    { name: 'AuditEntryEdge', description: 'An entry in the audit log.' },
  ),
)
