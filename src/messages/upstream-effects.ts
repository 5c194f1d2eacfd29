import { checkSoon } from '../connections/connections.js'
import { customerSources } from '../contacts/consent.js'
import { applyStatement, lockContact } from '../contacts/write.js'
import type { Context } from '../context.js'
import { learnFromRefusal } from '../templates/stop.js'
import { upstreamRule } from '../whatsapp/error-codes.js'
import { tellRefusal } from './refusal-news.js'

/**
 * Takes in what WhatsApp's error means beyond the message that met it. Doing it twice changes nothing. `proof`: our id
 * or WhatsApp's of that message.
 */
export async function applyUpstreamEffects(
  ctx: Context,
  code: number,
  about: { organizationId: string; connectionId: string; contactId: string; proof: string; at: Date },
): Promise<void> {
  const { organizationId, connectionId, contactId, proof, at } = about
  tellRefusal(ctx, { connectionId, code })
  const { effect } = upstreamRule(code)
  if (effect === 'connection_down') checkSoon(ctx, { organizationId, id: connectionId })
  if (effect === 'stop_template' || effect === 'templates_outdated') {
    await learnFromRefusal(ctx, code, { organizationId, connectionId, message: proof })
  }
  if (effect !== 'opt_out') return
  await ctx.database.transaction(async (tx) => {
    const contact = await lockContact(tx, organizationId, { id: contactId })
    const statement = { optedIn: false, source: customerSources.stoppedMarketing, proof, at }
    if (contact) await applyStatement(ctx, tx, contact, statement)
  })
}
