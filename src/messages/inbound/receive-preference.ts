import { customerSources, type Statement } from '../../contacts/consent.js'
import { applyStatement, insertContact } from '../../contacts/write.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import type { UserPreferenceEntry } from '../../whatsapp/inbound-entries.js'
import { lockPerson } from './person.js'
import { notBeyond, withRetries } from './transactions.js'

/**
 * A customer stopped or resumed marketing messages in WhatsApp itself: opted out or in. Somebody we do not know becomes
 * a contact, so that what they said is known when we first want to write to them.
 */
export function receivePreference(
  ctx: Context,
  { organizationId }: WhatsAppConnection,
  entry: UserPreferenceEntry,
): Promise<void> {
  return withRetries(ctx, async (tx) => {
    const { phone, userId } = entry
    const statement: Statement = {
      optedIn: entry.preference === 'resume',
      source: customerSources.marketingPreference,
      proof: null,
      at: notBeyond(ctx.clock.now(), entry.timestamp),
    }
    const contact = await lockPerson(tx, organizationId, entry)
    if (contact) await applyStatement(ctx, tx, contact, statement)
    else await insertContact(ctx, tx, organizationId, { phone, userId }, statement)
  })
}
