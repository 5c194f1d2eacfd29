import type { Context } from '../context.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import type { AccountUpdateEntry, PhoneQualityEntry } from '../whatsapp/inbound-entries.js'
import { checkSoon, hasSecrets, storeAnswer } from './connections.js'

/**
 * WhatsApp told something of a business account or of one of its numbers. A ban is taken at its word; of everything
 * else WhatsApp is asked how the numbers stand now, since news come late, twice and in any order.
 */
export async function receiveAccountNews(ctx: Context, entry: AccountUpdateEntry | PhoneQualityEntry): Promise<void> {
  const lastError = entry.kind === 'account_update' ? banOf(entry) : null
  for (const connection of await connectionsOf(ctx, entry)) {
    if (lastError === null) checkSoon(ctx, connection)
    else await storeAnswer(ctx, connection, { status: 'DISCONNECTED', lastError })
  }
}

/** Why an account can be used no more; null where it can, or where a ban is only announced. */
export function banOf({ event, banState }: Pick<AccountUpdateEntry, 'event' | 'banState'>): string | null {
  if (event === 'ACCOUNT_DELETED') return 'WhatsApp says that the business account was deleted.'
  if (event !== 'DISABLED_UPDATE' || (banState !== null && banState !== 'DISABLE')) return null
  return 'WhatsApp has disabled this business account.'
}

/** The account's number that the news is of; all its numbers where it is of none that we know. */
async function connectionsOf(
  ctx: Context,
  { businessAccountId, displayPhoneNumber }: AccountUpdateEntry | PhoneQualityEntry,
): Promise<WhatsAppConnection[]> {
  if (businessAccountId === null) return []
  const all = await ctx.database.prisma.whatsAppConnection.findMany({ where: { businessAccountId, ...hasSecrets } })
  const digits = digitsOf(displayPhoneNumber)
  const named = all.filter((connection) => digits !== '' && digitsOf(connection.displayPhoneNumber) === digits)
  return named.length > 0 ? named : all
}

const digitsOf = (number: string | null): string => number?.replace(/\D/g, '') ?? ''
