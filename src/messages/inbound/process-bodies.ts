import { connectionsByPhoneNumberId } from '../../connections/connections.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import { normaliseWebhook, phoneNumberIds } from '../../whatsapp/inbound.js'
import type { InboundEntry } from '../../whatsapp/inbound-entries.js'
import { processEntry } from './handlers.js'

export type Body = { id: string; body: Uint8Array }

type Entry = { delivery: Body; entry: InboundEntry; connections: WhatsAppConnection[] }

/**
 * Turns verified webhook bodies into rows: the statuses of all of them together, the rest entry by entry. Whatever became
 * of an entry, the others are processed; answers, by the delivery's id, the first failure of each that had one.
 * Processing a body again changes nothing that is there already.
 */
export async function processBodies(ctx: Context, deliveries: Body[]): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>()
  const entries = await entriesOf(ctx, deliveries)
  const attempt = async ({ delivery, entry }: Entry, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      if (!failures.has(delivery.id)) failures.set(delivery.id, failure)
      ctx.logger.error(
        { err: error, delivery: delivery.id, kind: entry.kind },
        'a webhook entry could not be processed',
      )
    }
  }

  const process = (of: Entry) => attempt(of, () => processEntry(ctx, of.entry, of.connections))
  // Statuses say when they were, so they may be taken in together; what customers write, in its order.
  await Promise.all(entries.filter(isStatus).map(process))
  for (const of of entries) if (!isStatus(of)) await process(of)
  return failures
}

const isStatus = ({ entry }: Entry): boolean => entry.kind === 'status'

/** A body's connections are exactly the numbers that its signature was checked for. */
async function entriesOf(ctx: Context, deliveries: Body[]): Promise<Entry[]> {
  const bodies = deliveries.map((delivery) => {
    const body = parse(delivery.body)
    return { delivery, body, numbers: phoneNumberIds(body) }
  })
  const connections = await connectionsByPhoneNumberId(ctx, [...new Set(bodies.flatMap(({ numbers }) => numbers))])
  return bodies.flatMap(({ delivery, body, numbers }) => {
    const own = connections.filter(({ phoneNumberId }) => numbers.includes(phoneNumberId))
    return normaliseWebhook(body).map((entry) => ({ delivery, entry, connections: own }))
  })
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
