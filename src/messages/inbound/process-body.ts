import { connectionsByPhoneNumberId } from '../../connections/connections.js'
import type { Context } from '../../context.js'
import { normaliseWebhook, phoneNumberIds } from '../../whatsapp/inbound.js'
import { processEntry } from './handlers.js'

/**
 * Turns a verified webhook body into rows, entry by entry. Whatever became of an entry, the others are processed; the
 * answer is the first failure, or null. Processing a body again changes nothing that is there already.
 */
export async function processBody(ctx: Context, delivery: { id: string; body: Uint8Array }): Promise<Error | null> {
  const body = parse(delivery.body)
  // Exactly the numbers that the signature was checked for.
  const connections = await connectionsByPhoneNumberId(ctx, phoneNumberIds(body))
  let failure: Error | null = null
  for (const entry of normaliseWebhook(body)) {
    try {
      await processEntry(ctx, entry, connections)
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error))
      ctx.logger.error(
        { err: error, delivery: delivery.id, kind: entry.kind },
        'a webhook entry could not be processed',
      )
    }
  }
  return failure
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
