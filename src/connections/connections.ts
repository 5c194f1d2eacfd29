import type { ActorContext, Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { secondsMs } from '../core/clock.js'
import { newId } from '../core/ids.js'
import { rowKey, type Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { Prisma, type WhatsAppConnection } from '../generated/prisma/client.js'
import type { Credentials } from '../whatsapp/provider.js'
import { connectionSecrets } from './secrets.js'

export { connectionSecrets, readableSecrets } from './secrets.js'

export type ConnectionQuery = { select?: Prisma.WhatsAppConnectionSelect; include?: Prisma.WhatsAppConnectionInclude }

/** Those that have secrets to write with. */
export const hasSecrets = {
  OR: [{ source: 'ENVIRONMENT' }, { secrets: { not: null } }],
} satisfies Prisma.WhatsAppConnectionWhereInput

/**
 * The number an organization writes from: the first that was connected and still is, else the first; or that with `id`.
 * Null where there is none.
 */
export async function findConnection(
  ctx: ActorContext,
  query: ConnectionQuery = {},
  id?: string,
): Promise<WhatsAppConnection | null> {
  const { organizationId } = ctx.actor
  const first = (where: Prisma.WhatsAppConnectionWhereInput) =>
    ctx.database.prisma.whatsAppConnection.findFirst({ where, orderBy: { id: 'asc' }, ...query })
  if (id !== undefined) return first({ organizationId, id })
  return (await first({ organizationId, ...hasSecrets })) ?? (await first({ organizationId }))
}

/** Every number of the organization, the newest first; disconnected ones too. */
export async function listConnections(
  ctx: ActorContext,
  args: PageArgs,
  query: ConnectionQuery = {},
): Promise<Page<WhatsAppConnection>> {
  const { organizationId } = ctx.actor
  const page = await pageOfIds(
    ctx.database,
    { table: 'WhatsAppConnection', where: Prisma.sql`"organizationId" = ${organizationId}`, timeColumn: null },
    args,
  )
  return hydrate(page, (ids) =>
    ctx.database.prisma.whatsAppConnection.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/** The connections that own these phone number ids of Meta's, whatever the organization. For what has been verified. */
export const connectionsByPhoneNumberId = (ctx: Context, phoneNumberIds: string[]): Promise<WhatsAppConnection[]> =>
  connectionFinder(ctx.database)(phoneNumberIds)

const connectionFinder = batcherOf((database: Context['database']) => ({
  async run(asked: string[][]) {
    const connections = await database.queryPrepared<WhatsAppConnection>(
      'SELECT * FROM "WhatsAppConnection" WHERE "phoneNumberId" = ANY($1)',
      [[...new Set(asked.flat())]],
    )
    return asked.map((ids) => connections.filter(({ phoneNumberId }) => ids.includes(phoneNumberId)))
  },
}))

/** What an unverified webhook names: the numbers, and every number of the accounts. For the ingress. */
export const connectionsNamed = (
  ctx: Context,
  named: { phoneNumberIds: string[]; businessAccountIds: string[] },
): Promise<WhatsAppConnection[]> => namedFinder(ctx.database)(named)

const namedFinder = batcherOf((database: Context['database']) => ({
  async run(asked: { phoneNumberIds: string[]; businessAccountIds: string[] }[]) {
    const distinct = (ids: string[]) => [...new Set(ids)]
    const connections = await database.queryPrepared<WhatsAppConnection>(
      'SELECT * FROM "WhatsAppConnection" WHERE "phoneNumberId" = ANY($1) OR "businessAccountId" = ANY($2)',
      [
        distinct(asked.flatMap(({ phoneNumberIds }) => phoneNumberIds)),
        distinct(asked.flatMap(({ businessAccountIds }) => businessAccountIds)),
      ],
    )
    return asked.map(({ phoneNumberIds, businessAccountIds }) =>
      connections.filter(
        (row) => phoneNumberIds.includes(row.phoneNumberId) || businessAccountIds.includes(row.businessAccountId),
      ),
    )
  },
}))

/** The demo organization's connection, as the WHATSAPP_* variables describe it; one with secrets of its own stays so. */
export async function ensureEnvironmentConnection(ctx: Context, organizationId: string): Promise<WhatsAppConnection> {
  const { phoneNumberId, businessAccountId } = ctx.config.whatsapp
  const { whatsAppConnection } = ctx.database.prisma
  // Servers that start at once all try: the database lets one make it.
  await whatsAppConnection.createMany({
    data: [
      { organizationId, id: newId('WhatsAppConnection'), phoneNumberId, businessAccountId, source: 'ENVIRONMENT' },
    ],
    skipDuplicates: true,
  })
  await whatsAppConnection.updateMany({ where: { phoneNumberId, source: 'ENVIRONMENT' }, data: { businessAccountId } })
  return whatsAppConnection.findUniqueOrThrow({ where: { phoneNumberId } })
}

/**
 * Asks WhatsApp about the number and stores the answer, with `connection.updated` where it changed something that
 * people see. Never throws: a number that cannot be reached is DISCONNECTED, with the reason.
 */
export async function checkConnection(ctx: Context, connection: WhatsAppConnection): Promise<WhatsAppConnection> {
  return storeAnswer(ctx, connection, await stateNow(ctx, connection))
}

/** Stores what is known of a number now, with `connection.updated` where that changed something people see. */
export function storeAnswer(
  ctx: Context,
  connection: WhatsAppConnection,
  found: Prisma.WhatsAppConnectionUncheckedUpdateInput,
): Promise<WhatsAppConnection> {
  return ctx.database.transaction((tx) => storeAnswerIn(ctx, tx, connection, found))
}

/** The same in a transaction that does more. */
export async function storeAnswerIn(
  ctx: Context,
  tx: Tx,
  connection: WhatsAppConnection,
  found: Prisma.WhatsAppConnectionUncheckedUpdateInput,
): Promise<WhatsAppConnection> {
  const { organizationId, id } = connection
  const updated = await tx.whatsAppConnection.update({
    where: rowKey({ organizationId, id }),
    data: { ...found, checkedAt: ctx.clock.now() },
  })
  const changed = (['status', 'displayPhoneNumber', 'verifiedName', 'qualityRating', 'lastError'] as const).some(
    (column) => updated[column] !== connection[column],
  )
  if (changed) {
    await ctx.events.append(tx, {
      organizationId,
      type: 'connection.updated',
      data: { connection: connectionData(updated) },
    })
  }
  return updated
}

const firstRecheckMs = secondsMs(4)
const lastRecheckMs = secondsMs(60)
const mostLost = 100

/** Asks again about numbers that could not be used, more and more seldom: WhatsApp limits such calls to 200 an hour. */
export function createConnectionWatch(ctx: Context): () => Promise<void> {
  const waits = new Map<string, { waitMs: number; untilMs: number }>()

  return async function recheckLost() {
    const nowMs = ctx.clock.now().getTime()
    const lost = await ctx.database.prisma.whatsAppConnection.findMany({
      where: { status: { not: 'CONNECTED' }, ...hasSecrets },
      orderBy: { checkedAt: { sort: 'asc', nulls: 'first' } },
      take: mostLost,
    })
    const lostIds = new Set(lost.map(({ id }) => id))
    for (const id of waits.keys()) if (!lostIds.has(id)) waits.delete(id)
    const due = lost.filter(({ id }) => (waits.get(id)?.untilMs ?? 0) <= nowMs)
    for (const { id } of due) {
      const waitMs = Math.min((waits.get(id)?.waitMs ?? firstRecheckMs / 2) * 2, lastRecheckMs)
      waits.set(id, { waitMs, untilMs: nowMs + waitMs })
    }
    await Promise.all(due.map((connection) => checkConnection(ctx, connection)))
  }
}

const beingChecked = new Set<string>()

/** Something told of a change, or refused a call as if the number were lost: WhatsApp is asked, once for however many. */
export function checkSoon(ctx: Context, { organizationId, id }: { organizationId: string; id: string }): void {
  if (beingChecked.has(id)) return
  beingChecked.add(id)
  ctx.background.run('check a connection', async () => {
    try {
      const where = rowKey({ organizationId, id })
      const connection = await ctx.database.prisma.whatsAppConnection.findUnique({ where })
      if (connection) await checkConnection(ctx, connection)
    } finally {
      beingChecked.delete(id)
    }
  })
}

/** What WhatsApp calls a number that it answers for, but lets do nothing. */
const lostStatuses: ReadonlySet<string> = new Set(['BANNED', 'DELETED', 'DISCONNECTED', 'MIGRATED'])

/** How the number stands. @throws UpstreamFailure. */
export async function askWhatsApp(ctx: Context, credentials: Credentials) {
  const number = await ctx.whatsapp.phoneNumber(credentials)
  const lost = lostStatuses.has(number.status ?? '')
  return {
    status: lost ? ('DISCONNECTED' as const) : ('CONNECTED' as const),
    displayPhoneNumber: number.displayPhoneNumber,
    verifiedName: number.verifiedName,
    qualityRating: number.qualityRating,
    lastError: lost ? `WhatsApp says that the number is ${number.status}.` : null,
  }
}

async function stateNow(ctx: Context, connection: WhatsAppConnection) {
  try {
    return await askWhatsApp(ctx, connectionSecrets(ctx, connection).credentials)
  } catch (error) {
    ctx.logger.warn({ err: error, connectionId: connection.id }, 'WhatsApp could not be reached for a number')
    return { status: 'DISCONNECTED' as const, lastError: error instanceof Error ? error.message : String(error) }
  }
}

const connectionData = (connection: WhatsAppConnection): Prisma.InputJsonObject => ({
  id: connection.id,
  status: connection.status,
  phoneNumber: connection.displayPhoneNumber,
  businessName: connection.verifiedName,
  qualityRating: connection.qualityRating,
  lastError: connection.lastError,
})
