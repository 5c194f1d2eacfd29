import { listMembers } from '../../members/members.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection } from '../connections.js'
import { listCost } from '../cost.js'

export const MemberNode = builder.prismaNode('Member', {
  id: { resolve: (row) => row.id, description: 'The member id (`mbr_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the person.' }),
    email: t.exposeString('email', { description: 'The email address of the person.' }),
    active: t.exposeBoolean('active', { description: 'Whether conversations may be assigned to this member.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the member was added.' }),
  }),
})

builder.queryField('members', (t) =>
  t.connection(
    {
      type: MemberNode,
      description: 'The people conversations can be assigned to, newest first.',
      args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
      authScopes: { scope: 'conversations:read' },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) => toConnection(await listMembers(ctx, args, pageQuery(ctx, info))),
    },
    { name: 'MemberConnection', description: 'A page of members.' },
    { name: 'MemberEdge', description: 'A member in a list.' },
  ),
)
