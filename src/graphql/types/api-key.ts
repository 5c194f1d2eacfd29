import { issueApiKey, listOwnApiKeys, rotateApiKey, withdrawApiKey } from '../../api-keys/manage.js'
import { isScope } from '../../core/scopes.js'
import type { ApiKey } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'

export const ApiKeyNode = builder.prismaNode('ApiKey', {
  id: { resolve: (row) => row.id, description: 'The key id (`key_...`).' },
  nullable: true,
  description: 'A key that programs authenticate with. Its secret was shown once, when it was made.',
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it was called when it was made.' }),
    prefix: t.exposeString('prefix'),
    scopes: t.field({
      type: ['Scope'],
      description: 'What it may do.',
      select: { scopes: true },
      resolve: (key) => key.scopes.filter(isScope),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null: never.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null: it was not.',
    }),
    replacedById: t.exposeID('replacedById', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
})

/** The rows of the domain lack the hash, which no field shows. */
const shown = (key: Omit<ApiKey, 'hash'>) => key as ApiKey

builder.queryField('apiKeys', (t) =>
  t.connection(
    {
      type: ApiKeyNode,
      description: 'The API keys of the organization, newest first; those that have ended too.',
      args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
      authScopes: { scope: 'keys:manage' },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) => {
        const page = await listOwnApiKeys(ctx, args, pageQuery(ctx, info))
        return toConnection({ ...page, rows: page.rows.map(shown) })
      },
    },
    { name: 'ApiKeyConnection', description: 'A page of API keys.' },
    { name: 'ApiKeyEdge', description: 'An API key in a list.' },
  ),
)

builder.relayMutationField(
  'createApiKey',
  {
    description: 'What the new key is called and may do.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: '1 to 100 characters.' }),
      scopes: t.field({
        type: ['Scope'],
        required: true,
        description: 'What it may do: at least one, and none that the key of this request lacks.',
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'When it stops working; absent: never.' }),
    }),
  },
  {
    description: 'Makes an API key. FORBIDDEN where it is to have a scope that the key of this request lacks.',
    authScopes: { scope: 'keys:manage' },
    resolve: (_root, { input }, ctx) => issueApiKey(ctx, input),
  },
  {
    description: 'The new key, with its secret.',
    outputFields: (t) => ({
      apiKey: t.field({
        type: ApiKeyNode,
        description: 'The new key.',
        resolve: ({ apiKey }, _args, ctx, info) => wholeRow(ctx, info, shown(apiKey)),
      }),
      secret: t.exposeString('secret', { description: 'What goes behind `Bearer`. Shown this once; keep it.' }),
    }),
  },
)

builder.relayMutationField(
  'rotateApiKey',
  {
    description: 'Which key gets a successor.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The key.' }),
      overlapSeconds: t.int({
        description:
          'How long the old key goes on working: up to 2,592,000 (30 days); a day where absent, 0: not at all.',
      }),
    }),
  },
  {
    description:
      'Makes a key of the same name, scopes and expiry; the old one ends after the overlap. CONFLICT where it has ended or was rotated already.',
    authScopes: { scope: 'keys:manage' },
    resolve: (_root, { input }, ctx) => rotateApiKey(ctx, input),
  },
  {
    description: 'The new key with its secret, and the old one.',
    outputFields: (t) => ({
      apiKey: t.field({
        type: ApiKeyNode,
        description: 'The new key.',
        resolve: ({ apiKey }, _args, ctx, info) => wholeRow(ctx, info, shown(apiKey)),
      }),
      secret: t.exposeString('secret', { description: 'What goes behind `Bearer`. Shown this once; keep it.' }),
      previous: t.field({
        type: ApiKeyNode,
        description: 'The old key: `expiresAt` says when it ends.',
        resolve: ({ previous }, _args, ctx, info) => wholeRow(ctx, info, shown(previous)),
      }),
    }),
  },
)

builder.relayMutationField(
  'revokeApiKey',
  {
    description: 'Which key to revoke.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The key.' }) }),
  },
  {
    description:
      'Ends an API key at once, and within a second every socket and stream that is open by it. CONFLICT where no key would be left to manage keys with.',
    authScopes: { scope: 'keys:manage' },
    resolve: async (_root, { input }, ctx) => ({ apiKey: await withdrawApiKey(ctx, input) }),
  },
  {
    description: 'The revoked key.',
    outputFields: (t) => ({
      apiKey: t.field({
        type: ApiKeyNode,
        description: 'The key as it is now.',
        resolve: ({ apiKey }, _args, ctx, info) => wholeRow(ctx, info, shown(apiKey)),
      }),
    }),
  },
)
