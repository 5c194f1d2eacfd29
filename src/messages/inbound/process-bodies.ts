import { connectionsByPhoneNumberId } from '../../connections/connections.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import { normaliseWebhook, phoneNumberIds } from '../../whatsapp/inbound.js'
import type { InboundEntry } from '../../whatsapp/inbound-entries.js'
import { processEntry } from './handlers.js'
import { isPlain, maxTogether, receiveTogether } from './receive-together.js'
import type { Numbered } from './together.js'

export type Body = { id: string; body: Uint8Array }

type Entry = { delivery: Body; entry: InboundEntry; connections: WhatsAppConnection[] }

/**
 * Turns verified webhook bodies into rows: the statuses of all of them together, messages that follow each other too, the
 * rest entry by entry. Whatever became of an entry, the others are processed; answers, by the delivery's id, the first
 * failure of each that had one. Processing a body again changes nothing that is there already.
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

  const process = (of: Entry) => attempt(of, () => processEntry(ctx, of.entry, of.connections, BigInt(of.delivery.id)))
  // Statuses say when they were, so they may be taken in together; what customers write, in its order.
  await Promise.all(entries.filter(isStatus).map(process))
  for (const run of runsOf(entries.filter((of) => !isStatus(of)))) {
    if (await takenTogether(ctx, run)) continue
    for (const of of run) await process(of)
  }
  return failures
}

/**
 * In their order: messages of one organization that may be taken in together, as many as may, and everything else by
 * itself. Between two organizations there is no order to keep.
 */
function runsOf(entries: Entry[]): Entry[][] {
  const runs: Entry[][] = []
  const open = new Map<string, Entry[]>()
  for (const of of entries) {
    const organizationId = numbered(of)?.connection.organizationId
    const run = organizationId === undefined ? undefined : open.get(organizationId)
    if (run && run.length < maxTogether) {
      run.push(of)
      continue
    }
    const begun = [of]
    runs.push(begun)
    if (organizationId === undefined) open.clear()
    else open.set(organizationId, begun)
  }
  return runs
}

/** Whether it was done. Where it failed as a whole nothing is stored: each is taken in by itself, and fails for itself. */
async function takenTogether(ctx: Context, run: Entry[]): Promise<boolean> {
  if (run.length === 1) return false
  try {
    await receiveTogether(
      ctx,
      run.flatMap((of) => numbered(of) ?? []),
    )
    return true
  } catch (error) {
    ctx.logger.debug({ err: error, messages: run.length }, 'messages could not be taken in together')
    return false
  }
}

/** A message that may be taken in with others, and the number it was written to; else null. */
function numbered({ entry, connections }: Entry): Numbered | null {
  if (entry.kind !== 'message' || !isPlain(entry)) return null
  const connection = connections.find(({ phoneNumberId }) => phoneNumberId === entry.phoneNumberId)
  return connection ? { connection, entry } : null
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
