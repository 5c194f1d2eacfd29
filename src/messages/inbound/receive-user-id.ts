import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import type { UserIdUpdateEntry } from '../../whatsapp/inbound-entries.js'
import { takeNewIdentity } from './identity-change.js'
import { lockPerson } from './person.js'
import { notBeyond, withRetries } from './transactions.js'

/** WhatsApp gave a person another business-scoped id. Of somebody we do not know there is nothing to change. */
export function receiveUserId(
  ctx: Context,
  { organizationId }: WhatsAppConnection,
  { phone, previousUserId, userId, timestamp }: UserIdUpdateEntry,
): Promise<void> {
  return withRetries(ctx, async (tx) => {
    const contact =
      (previousUserId === null
        ? null
        : await lockPerson(tx, organizationId, { phone: null, userId: previousUserId })) ??
      (await lockPerson(tx, organizationId, { phone, userId: null }))
    const at = notBeyond(ctx.clock.now(), timestamp)
    if (contact) await takeNewIdentity(ctx, tx, contact, { phone: null, userId }, at)
  })
}
