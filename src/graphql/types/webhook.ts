import type { EventType } from '../../events/types.js'
import { WebhookDeliveryStatus, WebhookRetries, WebhookSignatureFormat } from '../../generated/prisma/client.js'
import { webhookLimits } from '../../webhooks/limits.js'
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from '../../webhooks/webhooks.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'

const SignatureFormatEnum = builder.enumType('WebhookSignatureFormat', {
  description: 'How `X-Kaanha-Signature` is written.',
  values: {
    [WebhookSignatureFormat.PREFIXED]: { description: '`sha256=` and the signature in hexadecimal.' },
    [WebhookSignatureFormat.HEX]: { description: 'The signature in hexadecimal alone.' },
  },
})

const RetriesEnum = builder.enumType('WebhookRetries', {
  description: 'How long a webhook goes on trying.',
  values: {
    [WebhookRetries.EXTENDED]: { description: 'Again after 5 s, 25 s, 2 min, 30 min, 2 h, 5 h and 10 h.' },
    [WebhookRetries.DOCUMENTED]: { description: 'Again after 5 s, 25 s and 2 min.' },
  },
})

export const WebhookNode = builder.prismaNode('Webhook', {
  id: { resolve: (row) => row.id, description: 'The webhook id (`whk_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What people call it.' }),
    url: t.exposeString('url', { description: 'Where events are posted.' }),
    events: t.field({
      type: ['EventType'],
      description: 'The types of events that it is told of.',
      select: { events: true },
      resolve: ({ events }) => events as EventType[],
    }),
    signatureFormat: t.expose('signatureFormat', {
      type: SignatureFormatEnum,
      description: 'How `X-Kaanha-Signature` is written.',
    }),
    retries: t.expose('retries', { type: RetriesEnum, description: 'How long it goes on trying.' }),
    enabled: t.boolean({
      description: 'Whether it is sent anything.',
      select: { disabledAt: true },
      resolve: ({ disabledAt }) => disabledAt === null,
    }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is sent nothing.',
    }),
    disabledReason: t.exposeString('disabledReason', { nullable: true, description: 'Why it is sent nothing.' }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when every attempt has failed; after five days it is disabled.',
    }),
    previousSecretUntil: t.expose('previousSecretUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when the secret before the last rotation signs too.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

builder.queryField('webhooks', (t) =>
  t.connection(
    {
      type: WebhookNode,
      description: 'Webhooks, newest first.',
      args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
      authScopes: { scope: 'webhooks:manage' },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) => toConnection(await listWebhooks(ctx, args, pageQuery(ctx, info))),
    },
    { name: 'WebhookConnection', description: 'A page of webhooks.' },
    { name: 'WebhookEdge', description: 'A webhook in a list.' },
  ),
)

builder.queryField('webhook', (t) =>
  t.field({
    type: WebhookNode,
    nullable: true,
    description: 'One webhook; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'The webhook id.' }) },
    authScopes: { scope: 'webhooks:manage' },
    resolve: (_root, { id }, ctx, info) => findWebhook(ctx, id, rowQuery(ctx, info)),
  }),
)

const nameText = `At most ${webhookLimits.nameCharacters} characters.`
const urlText = 'An https URL that leads to a public address.'
const secretText =
  'What signs: `whsec_` and base64 of at least 16 bytes, or any 16 to 256 printable characters without spaces. Absent: one is made.'

builder.relayMutationField(
  'createWebhook',
  {
    description: 'A new webhook.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: nameText }),
      url: t.string({ required: true, description: urlText }),
      events: t.field({
        type: ['EventType'],
        required: true,
        description: 'At least one of those webhooks may choose.',
      }),
      secret: t.string({ description: secretText }),
      signatureFormat: t.field({ type: SignatureFormatEnum, description: 'PREFIXED by default.' }),
      retries: t.field({ type: RetriesEnum, description: 'EXTENDED by default.' }),
    }),
  },
  {
    description:
      'Creates a webhook, told of what happens from now on, and sends it a `webhook.test`, whose failure changes nothing.',
    authScopes: { scope: 'webhooks:manage' },
    resolve: (_root, { input }, ctx) => createWebhook(ctx, input),
  },
  {
    description: 'The new webhook and its secret.',
    outputFields: (t) => ({
      webhook: t.field({
        type: WebhookNode,
        description: 'The new webhook.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.webhook),
      }),
      secret: t.exposeString('secret', { description: 'What signs. It is shown this once.' }),
    }),
  },
)

builder.relayMutationField(
  'updateWebhook',
  {
    description: 'What changes of a webhook. A field that is absent or null stays as it is.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The webhook.' }),
      name: t.string({ description: nameText }),
      url: t.string({ description: urlText }),
      events: t.field({ type: ['EventType'], description: 'All the types from now on.' }),
      signatureFormat: t.field({ type: SignatureFormatEnum, description: 'How `X-Kaanha-Signature` is written.' }),
      retries: t.field({ type: RetriesEnum, description: 'How long it goes on trying.' }),
      enabled: t.boolean({
        description:
          'False: it is sent nothing. True: it goes on where it stopped, as far as the event log reaches back.',
      }),
    }),
  },
  {
    description: 'Changes a webhook, and sends it a `webhook.test` where it is enabled.',
    authScopes: { scope: 'webhooks:manage' },
    resolve: async (_root, { input }, ctx) => ({ webhook: await updateWebhook(ctx, input) }),
  },
  {
    description: 'The changed webhook.',
    outputFields: (t) => ({
      webhook: t.field({
        type: WebhookNode,
        description: 'The webhook as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.webhook),
      }),
    }),
  },
)

builder.relayMutationField(
  'deleteWebhook',
  {
    description: 'Which webhook to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The webhook.' }) }),
  },
  {
    description: 'Deletes a webhook with its deliveries, for good.',
    authScopes: { scope: 'webhooks:manage' },
    resolve: async (_root, { input }, ctx) => ({ webhook: await deleteWebhook(ctx, input) }),
  },
  {
    description: 'The deleted webhook.',
    outputFields: (t) => ({
      webhook: t.field({
        type: WebhookNode,
        description: 'The webhook as it was.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.webhook),
      }),
    }),
  },
)

builder.relayMutationField(
  'rotateWebhookSecret',
  {
    description: 'Which webhook gets a new secret.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The webhook.' }),
      secret: t.string({ description: secretText }),
    }),
  },
  {
    description:
      'Gives a webhook a new secret. For 24 hours the one before signs too, in `webhook-signature`; `X-Kaanha-Signature` is by the new one at once.',
    authScopes: { scope: 'webhooks:manage' },
    resolve: (_root, { input }, ctx) => rotateWebhookSecret(ctx, input),
  },
  {
    description: 'The webhook and its new secret.',
    outputFields: (t) => ({
      webhook: t.field({
        type: WebhookNode,
        description: 'The webhook as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.webhook),
      }),
      secret: t.exposeString('secret', { description: 'What signs from now on. It is shown this once.' }),
    }),
  },
)

export const DeliveryStatusEnum = builder.enumType('WebhookDeliveryStatus', {
  description: 'How far a delivery has come.',
  values: {
    [WebhookDeliveryStatus.PENDING]: { description: 'To be attempted, or to be attempted again.' },
    [WebhookDeliveryStatus.DELIVERED]: { description: 'The endpoint answered 2xx.' },
    [WebhookDeliveryStatus.FAILED]: { description: 'Given up. It can be redelivered.' },
  },
})
