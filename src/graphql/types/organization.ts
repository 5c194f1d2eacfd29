import { ConsentPolicy, Plan } from '../../generated/prisma/client.js'
import { builder } from '../builder.js'

export const PlanEnum = builder.enumType('Plan', {
  description: 'The tariff of an organization.',
  values: {
    [Plan.GROWTH]: { description: 'Broadcasts reach at most 1,000 contacts.' },
    [Plan.PRO]: { description: 'Broadcasts have no limit.' },
  },
})

export const ConsentPolicyEnum = builder.enumType('ConsentPolicy', {
  description: 'Whom an organization may write to.',
  values: {
    [ConsentPolicy.ENFORCED]: { description: 'Only contacts that have opted in.' },
    [ConsentPolicy.ALLOW_UNKNOWN]: { description: 'Contacts that have opted in, and those of whom nothing is known.' },
  },
})

export const OrganizationNode = builder.prismaNode('Organization', {
  id: { resolve: (row) => row.id, description: 'The organization id (`org_...`).' },
  nullable: true,
  findUnique: (id, ctx) => ({ id: id === ctx.actor.organizationId ? id : '' }),
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name', { description: 'The name of the company.' }),
    plan: t.expose('plan', { type: PlanEnum, description: 'The tariff.' }),
    consentPolicy: t.expose('consentPolicy', { type: ConsentPolicyEnum, description: 'Whom it may write to.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})
