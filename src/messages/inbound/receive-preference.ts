import { optOut } from '../../contacts/contacts.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import type { UserPreferenceEntry } from '../../whatsapp/inbound-entries.js'
import { lockPerson } from './person.js'

/** A customer stopped marketing messages: an opt-out (contract, section 5). That they resumed them lifts none. */
export async function receivePreference(
  ctx: Context,
  connection: WhatsAppConnection,
  entry: UserPreferenceEntry,
): Promise<void> {
  if (entry.preference !== 'stop') return
  await ctx.database.transaction(async (tx) => {
    const contact = await lockPerson(tx, connection.organizationId, entry)
    if (contact) await optOut(ctx, tx, contact, { source: 'whatsapp', proof: null })
  })
}
