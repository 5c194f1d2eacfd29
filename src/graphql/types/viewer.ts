import type { Actor } from '../../context.js'
import { builder } from '../builder.js'
import { OrganizationNode } from './organization.js'

const ViewerKey = builder.objectRef<Actor['key']>('ViewerKey').implement({
  description: 'The key that a request came with.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The key id (`key_...`).' }),
    name: t.exposeString('name', { description: 'What the key was called when it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null: never.',
    }),
  }),
})

const Viewer = builder.objectRef<Actor>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    key: t.expose('key', { type: ViewerKey, description: 'The key of this request.' }),
    scopes: t.field({
      type: ['Scope'],
      description: 'What the key may do.',
      resolve: (actor) => [...actor.scopes],
    }),
    organization: t.prismaField({
      type: OrganizationNode,
      description: 'The organization the key belongs to.',
      resolve: (query, actor, _args, ctx) =>
        ctx.database.prisma.organization.findUniqueOrThrow({ ...query, where: { id: actor.organizationId } }),
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who is asking: key, organization, scopes.',
    resolve: (_root, _args, ctx) => ctx.actor,
  }),
)
