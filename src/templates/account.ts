import { connectionSecrets, readableSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import type { Credentials } from '../whatsapp/provider.js'

/** A business account of an organization, with the means to ask WhatsApp about it. Templates belong to it, not to a number. */
export type Account = { organizationId: string; businessAccountId: string; credentials: Credentials }

/** What of a connection names its account. */
export type AccountConnection = Pick<
  WhatsAppConnection,
  'organizationId' | 'phoneNumberId' | 'businessAccountId' | 'source' | 'secrets'
>

export const accountOf = (ctx: Context, connection: AccountConnection): Account => ({
  organizationId: connection.organizationId,
  businessAccountId: connection.businessAccountId,
  credentials: connectionSecrets(ctx, connection).credentials,
})

export const accountKey = ({ organizationId, businessAccountId }: Omit<Account, 'credentials'>): string =>
  `${organizationId}:${businessAccountId}`

/** One account each, however many numbers it has, with the secrets of one that has any. */
export function accountsOf(ctx: Context, connections: AccountConnection[]): Account[] {
  const readable = connections.filter((connection) => readableSecrets(ctx, connection) !== null)
  const accounts = new Map(readable.map((connection) => [accountKey(connection), connection]))
  return [...accounts.values()].map((connection) => accountOf(ctx, connection))
}

/** One writer of an account's templates at a time: a sync, a webhook and an error of WhatsApp's may come at once. */
export async function lockAccount(tx: Tx, account: Omit<Account, 'credentials'>): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`templates:${accountKey(account)}`}, 0))`
}
