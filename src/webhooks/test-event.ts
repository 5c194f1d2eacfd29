import type { Context } from '../context.js'
import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import type { Webhook } from '../generated/prisma/client.js'
import { webhookBody } from './body.js'

/** Makes the delivery of a `webhook.test`, in the transaction that saves the webhook; nobody waits for what comes of it. */
export async function addTestDelivery(ctx: Context, tx: Tx, { organizationId, id, name }: Webhook): Promise<void> {
  const now = ctx.clock.now()
  const eventId = newId('Event')
  const type = 'webhook.test'
  await tx.webhookDelivery.create({
    data: {
      organizationId,
      id: newId('WebhookDelivery'),
      webhookId: id,
      eventId,
      event: type,
      body: webhookBody({ id: eventId, type, organizationId, createdAt: now, data: { webhookId: id, name } }),
      position: 0n,
      nextAttemptAt: now,
      createdAt: now,
    },
    select: { id: true },
  })
}
