import { customerSources, type Statement } from '../../contacts/consent.js'
import { applyStatement, insertContact } from '../../contacts/write.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import type { UserPreferenceEntry } from '../../whatsapp/inbound-entries.js'
import { lockPerson } from './person.js'
import { notBeyond, withRetries } from './transactions.js'

/**
 * A customer stopped marketing messages in WhatsApp itself: opted out. Somebody we do not know becomes a contact, so that
 * what they said is known when we first want to write to them. That they resume them lifts nothing: an opt-out ends with
 * START, or an update with a source (contract, section 5).
 */
export async function receivePreference(
  ctx: Context,
  { organizationId }: WhatsAppConnection,
  entry: UserPreferenceEntry,
): Promise<void> {
  if (entry.preference === 'resume') return
  await withRetries(ctx, async (tx) => {
    const { phone, userId } = entry
    const statement: Statement = {
      optedIn: false,
      source: customerSources.marketingPreference,
      proof: null,
      at: notBeyond(ctx.clock.now(), entry.timestamp),
    }
    const contact = await lockPerson(tx, organizationId, entry)
    if (contact) await applyStatement(ctx, tx, contact, statement)
    else await insertContact(ctx, tx, organizationId, { phone, userId }, statement)
  })
}
