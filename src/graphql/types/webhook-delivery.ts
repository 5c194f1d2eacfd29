import type { EventType } from '../../events/types.js'
import { listDeliveries, redeliverWebhook } from '../../webhooks/deliveries.js'
import { webhookLimits } from '../../webhooks/limits.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'
import { DeliveryStatusEnum, WebhookNode } from './webhook.js'

const Attempt = builder.prismaObject('WebhookAttempt', {
  description: 'One attempt of a delivery.',
  select: { organizationId: true, id: true },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it began.' }),
    status: t.field({
      type: DeliveryStatusEnum,
      description: 'DELIVERED or FAILED.',
      select: { error: true },
      resolve: ({ error }) => (error === null ? 'DELIVERED' : 'FAILED'),
    }),
    requestHeaders: t.expose('requestHeaders', {
      type: 'JSON',
      description: 'What was sent with the body: an object.',
    }),
    responseCode: t.exposeInt('responseCode', {
      nullable: true,
      description: 'The HTTP status of the answer; null where there was none.',
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: `The answer's body, at most its first ${webhookLimits.responseBytes} bytes.`,
    }),
    durationMs: t.exposeInt('durationMs', { description: 'From the connection to the end of the answer.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed; null where it did not.' }),
  }),
})

const DeliveryNode = builder.prismaNode('WebhookDelivery', {
  id: { resolve: (row) => row.id, description: 'The delivery id (`dlv_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    webhook: t.relation('webhook', { type: WebhookNode, description: 'Where it goes.' }),
    webhookId: t.exposeID('webhookId', { description: 'The id of the webhook.' }),
    eventId: t.exposeID('eventId', { description: "The event's id: the `webhook-id` of every attempt." }),
    event: t.field({
      type: 'EventType',
      description: 'What happened.',
      select: { event: true },
      resolve: ({ event }) => event as EventType,
    }),
    body: t.exposeString('body', { description: 'Exactly what is posted.' }),
    conversationId: t.exposeID('conversationId', {
      nullable: true,
      description: 'The conversation of the event: its events go out one after the other.',
    }),
    status: t.expose('status', { type: DeliveryStatusEnum, description: 'How far it has come.' }),
    attemptCount: t.exposeInt('attempts', { description: 'How often it was posted.' }),
    attempts: t.relation('attemptLog', {
      type: Attempt,
      description: `Every attempt, the newest first; at most the last ${webhookLimits.attemptsShown}.`,
      query: { orderBy: { id: 'desc' }, take: webhookLimits.attemptsShown },
      complexity: { field: 1, multiplier: 10 },
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it is attempted next; null where it is finished, or waits for an earlier one of the conversation.',
    }),
    responseCode: t.exposeInt('responseCode', {
      nullable: true,
      description: 'The HTTP status of the last answer; null where there was none.',
    }),
    durationMs: t.exposeInt('durationMs', { nullable: true, description: 'How long the last attempt took.' }),
    lastError: t.exposeString('lastError', { nullable: true, description: 'Why the last attempt failed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    deliveredAt: t.expose('deliveredAt', { type: 'DateTime', nullable: true, description: 'When it was delivered.' }),
  }),
})

builder.queryField('webhookDeliveries', (t) =>
  t.connection(
    {
      type: DeliveryNode,
      description: 'The log of deliveries, newest first.',
      args: {
        webhookId: t.arg.id({ description: 'Only those of this webhook.' }),
        status: t.arg({ type: DeliveryStatusEnum, description: 'Only those that have come so far.' }),
        event: t.arg({ type: 'EventType', description: 'Only those of this type of event.' }),
        since: t.arg({ type: 'DateTime', description: 'Only those made then or later.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'webhooks:manage' },
      complexity: listCost,
      resolve: async (_root, { webhookId, status, event, since, ...args }, ctx, info) =>
        toConnection(await listDeliveries(ctx, { webhookId, status, event, since }, args, pageQuery(ctx, info))),
    },
    { name: 'WebhookDeliveryConnection', description: 'A page of deliveries.' },
    { name: 'WebhookDeliveryEdge', description: 'A delivery in a list.' },
  ),
)

builder.relayMutationField(
  'redeliverWebhook',
  {
    description: 'Which deliveries to begin again: exactly one of deliveryId, since and until, failedSince.',
    inputFields: (t) => ({
      webhookId: t.id({ description: 'The webhook; not needed with deliveryId.' }),
      deliveryId: t.id({ description: 'This one, whatever became of it.' }),
      since: t.field({ type: 'DateTime', description: 'All made then or later, whatever became of them.' }),
      until: t.field({ type: 'DateTime', description: 'All made then or earlier; together with since: a range.' }),
      failedSince: t.field({ type: 'DateTime', description: 'All made then or later that FAILED.' }),
    }),
  },
  {
    description: `Begins deliveries again, with the same \`webhook-id\`; at most the oldest ${webhookLimits.redeliveries}. What is being attempted right now is left alone.`,
    authScopes: { scope: 'webhooks:manage' },
    resolve: (_root, { input }, ctx) => redeliverWebhook(ctx, input),
  },
  {
    description: 'What was begun again.',
    outputFields: (t) => ({
      webhook: t.field({
        type: WebhookNode,
        description: 'The webhook.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.webhook),
      }),
      count: t.exposeInt('count', { description: 'How many deliveries were begun again.' }),
    }),
  },
)
