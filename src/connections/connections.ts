import type { ActorContext, Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { secondsMs } from '../core/clock.js'
import { newId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import type { Prisma, WhatsAppConnection } from '../generated/prisma/client.js'
import type { Credentials } from '../whatsapp/provider.js'

export type ConnectionQuery = { select?: Prisma.WhatsAppConnectionSelect; include?: Prisma.WhatsAppConnectionInclude }

/** The number an organization writes from: the first that was connected, or that with `id`; null where it has none. */
export function findConnection(
  ctx: ActorContext,
  query: ConnectionQuery = {},
  id?: string,
): Promise<WhatsAppConnection | null> {
  return ctx.database.prisma.whatsAppConnection.findFirst({
    where: { organizationId: ctx.actor.organizationId, ...(id === undefined ? {} : { id }) },
    orderBy: { id: 'asc' },
    ...query,
  })
}

/** The secrets behind a number: to call WhatsApp with, and to check what claims to come from there. */
export type ConnectionSecrets = { credentials: Credentials; appSecret: string; verifyToken: string }

export function connectionSecrets(
  ctx: Context,
  connection: Pick<WhatsAppConnection, 'phoneNumberId' | 'businessAccountId' | 'source'>,
): ConnectionSecrets {
  const { accessToken, appSecret, verifyToken } = ctx.config.whatsapp
  const { phoneNumberId, businessAccountId } = connection
  return { credentials: { phoneNumberId, businessAccountId, accessToken }, appSecret, verifyToken }
}

/** The connections that own these phone number ids of Meta's, whatever the organization. For the webhook ingress. */
export const connectionsByPhoneNumberId = (ctx: Context, phoneNumberIds: string[]): Promise<WhatsAppConnection[]> =>
  connectionFinder(ctx.database)(phoneNumberIds)

const connectionFinder = batcherOf((database: Context['database']) => ({
  async run(asked: string[][]) {
    const connections = await database.query<WhatsAppConnection>(
      'SELECT * FROM "WhatsAppConnection" WHERE "phoneNumberId" = ANY($1)',
      [[...new Set(asked.flat())]],
    )
    return asked.map((ids) => connections.filter(({ phoneNumberId }) => ids.includes(phoneNumberId)))
  },
}))

/** The demo organization's connection, as the WHATSAPP_* variables describe it. */
export async function ensureEnvironmentConnection(ctx: Context, organizationId: string): Promise<WhatsAppConnection> {
  const { phoneNumberId, businessAccountId } = ctx.config.whatsapp
  return ctx.database.prisma.whatsAppConnection.upsert({
    where: { phoneNumberId },
    create: {
      organizationId,
      id: newId('WhatsAppConnection'),
      phoneNumberId,
      businessAccountId,
      source: 'ENVIRONMENT',
    },
    update: { businessAccountId },
  })
}

/**
 * Asks WhatsApp about the number and stores the answer, with `connection.updated` where it changed something that
 * people see. Never throws: a number that cannot be reached is DISCONNECTED, with the reason.
 */
export async function checkConnection(ctx: Context, connection: WhatsAppConnection): Promise<WhatsAppConnection> {
  return storeAnswer(ctx, connection, await askWhatsApp(ctx, connection))
}

/** Stores what is known of a number now, with `connection.updated` where that changed something people see. */
export function storeAnswer(
  ctx: Context,
  connection: WhatsAppConnection,
  found: Prisma.WhatsAppConnectionUncheckedUpdateInput,
): Promise<WhatsAppConnection> {
  return ctx.database.transaction(async (tx) => {
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
  })
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
      where: { status: { not: 'CONNECTED' } },
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

async function askWhatsApp(ctx: Context, connection: WhatsAppConnection) {
  try {
    const number = await ctx.whatsapp.phoneNumber(connectionSecrets(ctx, connection).credentials)
    const lost = lostStatuses.has(number.status ?? '')
    return {
      status: lost ? ('DISCONNECTED' as const) : ('CONNECTED' as const),
      displayPhoneNumber: number.displayPhoneNumber,
      verifiedName: number.verifiedName,
      qualityRating: number.qualityRating,
      lastError: lost ? `WhatsApp says that the number is ${number.status}.` : null,
    }
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
