import { createMember, deleteMember, updateMember } from '../../members/manage.js'
import { listMembers } from '../../members/members.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection, wholeRow } from '../connections.js'
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

builder.relayMutationField(
  'createMember',
  {
    description: 'A new member.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: 'The name of the person.' }),
      email: t.string({ required: true, description: 'The email address, unique in the organization.' }),
    }),
  },
  {
    description: 'Adds a person to whom conversations may be assigned.',
    authScopes: { scope: 'conversations:write' },
    resolve: async (_root, { input }, ctx) => ({ member: await createMember(ctx, input) }),
  },
  {
    description: 'The new member.',
    outputFields: (t) => ({
      member: t.field({
        type: MemberNode,
        description: 'The new member.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.member),
      }),
    }),
  },
)

builder.relayMutationField(
  'updateMember',
  {
    description: 'What changes of a member. A field that is absent or null stays as it is.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The member.' }),
      name: t.string({ description: 'The name of the person.' }),
      email: t.string({ description: 'The email address, unique in the organization.' }),
      active: t.boolean({
        description: 'False: nothing may be assigned any more, and what was goes back to everybody.',
      }),
    }),
  },
  {
    description: 'Changes a member.',
    authScopes: { scope: 'conversations:write' },
    resolve: async (_root, { input }, ctx) => ({ member: await updateMember(ctx, input) }),
  },
  {
    description: 'The changed member.',
    outputFields: (t) => ({
      member: t.field({
        type: MemberNode,
        description: 'The member as they are now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.member),
      }),
    }),
  },
)

builder.relayMutationField(
  'deleteMember',
  {
    description: 'Which member to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The member.' }) }),
  },
  {
    description: 'Deletes a member. Their conversations go back to everybody.',
    authScopes: { scope: 'conversations:write' },
    resolve: async (_root, { input }, ctx) => ({ member: await deleteMember(ctx, input) }),
  },
  {
    description: 'The deleted member.',
    outputFields: (t) => ({
      member: t.field({
        type: MemberNode,
        description: 'The member as they were.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.member),
      }),
    }),
  },
)
