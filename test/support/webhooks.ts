import { ask } from './graph.js'
import { find, type GivenHeaders, type TestServer } from './server.js'

export const createWebhookMutation = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret webhook { id name url events signatureFormat retries enabled } }
}`

type Created = { id: string; secret: string }

/** A new webhook for an address. */
export async function newWebhook(
  server: TestServer,
  url: string,
  events: string[],
  more: Record<string, unknown> = {},
  headers: GivenHeaders = {},
): Promise<Created> {
  const input = { name: 'Test', url, events, ...more }
  const { createWebhook } = await ask(server, createWebhookMutation, { input }, headers)
  return { id: createWebhook.webhook.id, secret: createWebhook.secret }
}

export type Delivery = {
  id: string
  eventId: string
  event: string
  status: string
  attemptCount: number
  responseCode: number | null
  body: string
  attempts: { status: string; responseCode: number | null; durationMs: number; error: string | null; at: string }[]
}

/** The log of a webhook, oldest first. */
export async function deliveriesOf(server: TestServer, webhookId: string, event?: string): Promise<Delivery[]> {
  const query = `query ($id: ID!, $event: EventType) {
    webhookDeliveries(webhookId: $id, event: $event, first: 50) { nodes {
      id eventId event status attemptCount responseCode body
      attempts { status responseCode durationMs error at }
    } }
  }`
  const { webhookDeliveries } = await ask(server, query, { id: webhookId, event: event ?? null })
  return webhookDeliveries.nodes.reverse()
}

/** Waits until so many deliveries of a type have a status, and answers the whole log of the type. */
export const deliveriesWith = (
  server: TestServer,
  webhookId: string,
  { event, status, count = 1 }: { event: string; status: string; count?: number },
  timeoutMs = 60_000,
): Promise<Delivery[]> =>
  find(async () => {
    const deliveries = await deliveriesOf(server, webhookId, event)
    return deliveries.filter((one) => one.status === status).length >= count && deliveries
  }, timeoutMs)

export const webhookNow = async (server: TestServer, id: string) =>
  (
    await ask(
      server,
      'query ($id: ID!) { webhook(id: $id) { id url events enabled disabledReason failingSince previousSecretUntil } }',
      { id },
    )
  ).webhook
