import { z } from 'zod'
import { recordDeed } from '../audit/audit.js'
import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { newId, requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Prisma, WhatsAppConnection } from '../generated/prisma/client.js'
import { syncAtConnect } from '../templates/templates.js'
import { upstreamDomainError } from '../whatsapp/error-codes.js'
import { UpstreamFailure } from '../whatsapp/provider.js'
import { askWhatsApp, hasSecrets, storeAnswer, storeAnswerIn } from './connections.js'
import { sealSecrets, verifyTokenHash } from './secrets.js'

const metaId = z.string().regex(/^\d{1,32}$/, "must be the digits of an id of Meta's")
const token = (max: number) =>
  z
    .string()
    .max(max, `must be at most ${max} characters`)
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces')

const connectInput = z.object({
  phoneNumberId: metaId,
  businessAccountId: metaId,
  accessToken: token(2000),
  appSecret: token(200),
  verifyToken: token(200),
})

type ConnectInput = z.output<typeof connectInput>

/**
 * Connects a number, or gives a connected one new secrets. WhatsApp is asked with them first; they are stored encrypted.
 * @throws BAD_REQUEST where WhatsApp refuses the token, the number or the account, or the number is of another account, UPSTREAM where it cannot be reached,
 * CONFLICT where another organization has the number or the account, NOT_CONFIGURED where the server has no key.
 */
export async function connectWhatsApp(ctx: ActorContext, input: unknown): Promise<WhatsAppConnection> {
  const asked = parseInput(connectInput, input)
  const { phoneNumberId, businessAccountId, accessToken, appSecret, verifyToken } = asked
  const secrets = sealSecrets(ctx, phoneNumberId, { accessToken, appSecret, verifyToken })
  // Only who can use the number is told whether somebody has it.
  const found = await check(ctx, asked)
  const connection = await ctx.database.transaction(async (tx) => {
    await lockIds(tx, [phoneNumberId, businessAccountId])
    await requireFree(ctx, tx, asked)
    const before = await ownRow(ctx, tx, asked)
    const { organizationId, id } = before
    await recordDeed(ctx, tx, {
      organizationId,
      actor: ctx.actor.key,
      action: 'WHATSAPP_CONNECTED',
      subjectId: id,
      details: { phoneNumberId, businessAccountId },
    })
    const stored = {
      businessAccountId,
      source: 'STORED',
      secrets,
      verifyTokenHash: verifyTokenHash(verifyToken),
    } as const
    return storeAnswerIn(ctx, tx, before, { ...found, ...stored })
  })
  ctx.background.run('sync the templates of a new number', () => syncAtConnect(ctx, connection))
  return subscribe(ctx, connection, asked)
}

/**
 * Has WhatsApp send the account's webhooks to the app of the token. After the secrets are stored, since WhatsApp may try
 * the address at once. A refusal does not undo the connection, which can send: it stands in `lastError`.
 */
async function subscribe(ctx: ActorContext, connection: WhatsAppConnection, credentials: ConnectInput) {
  try {
    await ctx.whatsapp.subscribeApp(credentials, {})
    return connection
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error
    const why = error.error?.title ?? 'WhatsApp could not be reached'
    const lastError = `The app is not subscribed to the account's webhooks, so nothing comes in: ${why}. Connect again.`
    return storeAnswer(ctx, connection, { lastError })
  }
}

/** Asks WhatsApp about the number and the account: the token must be good for both, and the number of the account. */
async function check(ctx: ActorContext, { phoneNumberId, businessAccountId, accessToken }: ConnectInput) {
  const credentials = { phoneNumberId, businessAccountId, accessToken }
  const found = await askWhatsApp(ctx, credentials).catch((error: unknown) => {
    throw refusalOf(error, 'phoneNumberId')
  })
  try {
    for await (const number of ctx.whatsapp.phoneNumbers(credentials)) if (number.id === phoneNumberId) return found
  } catch (error) {
    throw refusalOf(error, 'businessAccountId')
  }
  throw badRequest([{ path: 'phoneNumberId', message: 'is not a number of this business account' }])
}

const deadTokenCodes: ReadonlySet<number> = new Set([0, 190])
const refusedCodes: ReadonlySet<number> = new Set([3, 10, 33, 100, 200])

/** What WhatsApp says of ids and tokens is about what the caller gave. */
function refusalOf(error: unknown, path: 'phoneNumberId' | 'businessAccountId'): unknown {
  if (!(error instanceof UpstreamFailure)) return error
  const { error: upstream } = error
  if (!upstream) return new DomainError('UPSTREAM', 'WhatsApp could not be reached. Try again.', { cause: error })
  if (deadTokenCodes.has(upstream.code)) {
    return badRequest([{ path: 'accessToken', message: `is refused by WhatsApp: ${upstream.title}` }])
  }
  if (refusedCodes.has(upstream.code)) {
    return badRequest([{ path, message: `cannot be used with this access token: ${upstream.title}` }])
  }
  return upstreamDomainError(upstream)
}

/** One at a time connects a number or one of an account, whichever organization. Sorted, so that two never wait for each other. */
async function lockIds(tx: Tx, ids: string[]): Promise<void> {
  for (const id of [...new Set(ids)].sort()) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`whatsapp:${id}`}, 0))`
  }
}

/**
 * A number belongs to one organization, and so does an account: its webhooks are checked with one organization's
 * secrets (http/whatsapp-ingress.ts). What another has disconnected is free. @throws CONFLICT, without saying whose it is.
 */
async function requireFree(
  ctx: ActorContext,
  tx: Tx,
  { phoneNumberId, businessAccountId }: ConnectInput,
): Promise<void> {
  const elsewhere = { organizationId: { not: ctx.actor.organizationId } }
  const taken = await tx.whatsAppConnection.findFirst({
    where: { AND: [elsewhere, hasSecrets, { OR: [{ phoneNumberId }, { businessAccountId }] }] },
    select: { phoneNumberId: true },
  })
  if (taken) {
    const what = taken.phoneNumberId === phoneNumberId ? 'number' : 'business account'
    throw new DomainError('CONFLICT', `This WhatsApp ${what} is connected elsewhere: disconnect it there first.`)
  }
  // The row of who had it before keeps its conversations, and gives up the number.
  for (const row of await tx.whatsAppConnection.findMany({ where: { AND: [elsewhere, { phoneNumberId }] } })) {
    await tx.whatsAppConnection.update({ where: rowKey(row), data: { phoneNumberId: `released:${row.id}` } })
  }
}

/** The organization's own row of the number; a new one where it never had it. */
async function ownRow(
  ctx: ActorContext,
  tx: Tx,
  { phoneNumberId, businessAccountId }: ConnectInput,
): Promise<WhatsAppConnection> {
  const { organizationId } = ctx.actor
  const existing = await tx.whatsAppConnection.findFirst({ where: { organizationId, phoneNumberId } })
  if (existing) return existing
  const id = newId('WhatsAppConnection')
  return tx.whatsAppConnection.create({
    data: { organizationId, id, phoneNumberId, businessAccountId, source: 'STORED' },
  })
}

/**
 * Removes the secrets of a number: nothing is sent over it any more, and what claims to come from it is refused. Its
 * conversations stay, and come to life where it is connected again. @throws NOT_FOUND, CONFLICT for the number that the
 * environment gives.
 */
export async function disconnectWhatsApp(ctx: ActorContext, { id }: { id: string }): Promise<WhatsAppConnection> {
  requireId('WhatsAppConnection', id)
  const { organizationId, key } = ctx.actor
  return ctx.database.transaction(async (tx) => {
    const before = await tx.whatsAppConnection.findUnique({ where: rowKey({ organizationId, id }) })
    if (!before) throw notFound('connection')
    if (before.source === 'ENVIRONMENT') {
      throw new DomainError(
        'CONFLICT',
        'This number comes from the WHATSAPP_* variables of the server: change them there.',
      )
    }
    if (before.secrets === null) return before
    const { phoneNumberId, businessAccountId } = before
    await recordDeed(ctx, tx, {
      organizationId,
      actor: key,
      action: 'WHATSAPP_DISCONNECTED',
      subjectId: id,
      details: { phoneNumberId, businessAccountId },
    })
    const gone: Prisma.WhatsAppConnectionUncheckedUpdateInput = { secrets: null, verifyTokenHash: null }
    return storeAnswerIn(ctx, tx, before, { ...gone, status: 'DISCONNECTED', lastError: 'It was disconnected here.' })
  })
}
