import { noteConnectionDown } from '../connections/connections.js'
import { lockContact, optOut } from '../contacts/contacts.js'
import type { Context } from '../context.js'
import { upstreamRule } from '../whatsapp/error-codes.js'

/** Takes in what WhatsApp's error means beyond the message that met it. Doing it twice changes nothing. */
export async function applyUpstreamEffects(
  ctx: Context,
  code: number,
  about: { organizationId: string; connectionId: string; contactId: string; wamid: string | null },
): Promise<void> {
  const { organizationId, connectionId, contactId, wamid } = about
  const { effect } = upstreamRule(code)
  if (effect === 'connection_down') noteConnectionDown(ctx, { organizationId, id: connectionId })
  if (effect !== 'opt_out') return
  await ctx.database.transaction(async (tx) => {
    const contact = await lockContact(tx, organizationId, { id: contactId })
    if (contact) await optOut(ctx, tx, contact, { source: 'whatsapp', proof: wamid })
  })
}
