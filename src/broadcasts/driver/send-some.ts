import type { ActorContext, Context } from '../../context.js'
import { newId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import { rowsOf } from '../../database/write-rows.js'
import {
  type BroadcastSkipReason,
  type Contact,
  type Conversation,
  type Message,
  Prisma,
  type Template,
} from '../../generated/prisma/client.js'
import { KeyTaken } from '../../messages/idempotency.js'
import { type ToStore, writeAll } from '../../messages/store-outbound.js'
import { adviceOf, isSendable } from '../../templates/check.js'
import type { TemplateComponent } from '../../whatsapp/content-template.js'
import { changeBroadcast, lockBroadcast } from '../control.js'
import { recentlyMarketedIn } from '../marketing.js'
import { type BodyParameters, withBody } from '../parameters.js'
import { skipReasonOf } from '../verdict.js'
import { type Driven, holdsLease } from './lease.js'

/** A recipient whose turn it is. */
export type Due = { contactId: string; phone: string | null; parameters: BodyParameters | null; dueAt: Date }

/** A place in the order of those who are due. */
export type Place = Pick<Due, 'contactId' | 'dueAt'>

/**
 * Those who are due behind a place, the longest waiting first, and by their ids. Their index keeps an entry of everybody
 * who has had a turn until the next vacuum: read from its start, each look would take longer than the last.
 */
export const findDue = (
  ctx: Context,
  { organizationId, id }: Driven,
  most: number,
  after: Place | null,
): Promise<Due[]> =>
  ctx.database.query<Due>(
    `SELECT r."contactId", r."dueAt", r.parameters, k.phone
     FROM (
       SELECT * FROM "BroadcastRecipient" WHERE "organizationId" = $1 AND "broadcastId" = $2 AND state = 'PENDING'
         AND "dueAt" <= $3 AND ("dueAt", "contactId") > ($5, $6) ORDER BY "dueAt", "contactId" LIMIT $4
     ) AS r JOIN "Contact" AS k ON k."organizationId" = r."organizationId" AND k.id = r."contactId"
     ORDER BY r."dueAt", r."contactId"`,
    [organizationId, id, ctx.clock.now(), most, after?.dueAt ?? new Date(0), after?.contactId ?? ''],
  )

/** What came of some recipients' turn; null where the broadcast is no longer ours to send. */
export type Turn = { messages: Message[]; skipped: Set<string> } | null

/** The driver acts for the organization, by nobody's key. */
const actingFor = (ctx: Context, { organizationId, organization }: Driven): ActorContext => ({
  ...ctx,
  actor: {
    organizationId,
    organization,
    key: { id: 'broadcast', name: 'broadcast', expiresAt: null },
    scopes: new Set(),
  },
})

/**
 * The turn of some recipients, in one transaction: each is skipped with its reason, or gets its message, in the same
 * transaction in which its row says so. So a message is made once, whoever dies when (docs/decisions/broadcasts.md); from there on
 * it is a send like any other. Where the template cannot be sent any more the broadcast is PAUSED and nothing is made.
 */
export function takeTurn(ctx: Context, driven: Driven, token: string, due: Due[]): Promise<Turn> {
  const acting = actingFor(ctx, driven)
  return ctx.database.transaction(async (tx) => {
    if (!(await holdsLease(tx, driven, token))) return null
    const template = await templateOf(tx, driven)
    const stopped = templateFault(template)
    if (stopped !== null || !template) {
      await pauseFor(ctx, tx, driven, stopped ?? '')
      return null
    }
    const contacts = await lockContacts(tx, driven, due)
    const ids = [...contacts.keys()]
    const marketed =
      template.category === 'MARKETING'
        ? await recentlyMarketedIn(tx, { organizationId: driven.organizationId, contactIds: ids, now: ctx.clock.now() })
        : new Set<string>()
    const verdicts = new Map<string, BroadcastSkipReason | null>()
    for (const [id, contact] of contacts) {
      const policy = driven.organization.consentPolicy
      verdicts.set(id, skipReasonOf(contact, { policy, marketed: marketed.has(id) }))
    }
    const toSend = ids.filter((id) => verdicts.get(id) === null)
    const conversations = await openConversations(ctx, tx, driven, toSend)
    const parametersOf = new Map(due.map(({ contactId, parameters }) => [contactId, parameters]))
    const sends = toSend.flatMap((id): ToStore[] => {
      const [contact, conversation] = [contacts.get(id), conversations.get(id)]
      if (!contact || !conversation) return []
      return [sendOf(acting, driven, contact, conversation, parametersOf.get(id) ?? null)]
    })
    const stored = await writeAll(tx, sends)
    await noteTurn(tx, driven, verdicts)
    const skipped = new Set(ids.filter((id) => verdicts.get(id) !== null))
    return { messages: stored.filter((message): message is Message => !(message instanceof KeyTaken)), skipped }
  })
}

const templateOf = (tx: Tx, { organizationId, businessAccountId, templateName: name, language }: Driven) =>
  tx.template.findUnique({
    where: {
      organizationId_businessAccountId_name_language: { organizationId, businessAccountId, name, language },
    },
  })

function templateFault(template: Template | null): string | null {
  if (!template) return 'WhatsApp lists this template no more.'
  return isSendable(template.status) ? null : `Its template ${adviceOf(template.status)}.`
}

export async function pauseFor(ctx: Context, tx: Tx, driven: Driven, statusReason: string): Promise<void> {
  const broadcast = await lockBroadcast(tx, driven)
  if (broadcast) await changeBroadcast(ctx, tx, broadcast, { status: 'PAUSED', statusReason })
}

/** In the order of their ids, before anything else of theirs, as everybody takes them. */
async function lockContacts(tx: Tx, { organizationId }: Driven, due: Due[]): Promise<Map<string, Contact>> {
  const contacts = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "organizationId" = ${organizationId} AND id = ANY(${due.map(({ contactId }) => contactId)})
    ORDER BY id FOR NO KEY UPDATE`
  return new Map(contacts.map((contact) => [contact.id, contact]))
}

type Opened = { conversation: Conversation; created: boolean }

/** The conversations over the broadcast's number, those that are missing made. */
async function openConversations(
  ctx: Context,
  tx: Tx,
  { organizationId, connectionId }: Driven,
  contactIds: string[],
): Promise<Map<string, Opened>> {
  const lock = (ids: string[]) => tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND "connectionId" = ${connectionId}
      AND "contactId" = ANY(${ids}) ORDER BY id FOR NO KEY UPDATE`
  const known = await lock(contactIds)
  const opened = new Map(known.map((conversation) => [conversation.contactId, { conversation, created: false }]))
  const missing = contactIds.filter((id) => !opened.has(id))
  if (missing.length === 0) return opened
  const now = ctx.clock.now()
  const rows = missing.map((contactId) => ({
    organizationId,
    id: newId('Conversation'),
    contactId,
    connectionId,
    lastActivityAt: now,
    createdAt: now,
    updatedAt: now,
  }))
  await tx.conversation.createMany({ data: rows, skipDuplicates: true })
  const ours = new Set(rows.map(({ id }) => id))
  // Somebody may have written to us at this very moment: theirs is the conversation then.
  for (const conversation of await lock(missing)) {
    opened.set(conversation.contactId, { conversation, created: ours.has(conversation.id) })
  }
  return opened
}

function sendOf(
  ctx: ActorContext,
  driven: Driven,
  contact: Contact,
  { conversation, created }: Opened,
  parameters: BodyParameters | null,
): ToStore {
  const components = withBody(driven.components as unknown as TemplateComponent[], parameters)
  const content = {
    type: 'template' as const,
    templateName: driven.templateName,
    language: driven.language,
    ...(components.length === 0 ? {} : { components }),
  }
  const { type: _, ...fields } = content
  const send = {
    to: { contactId: contact.id },
    content,
    replyTo: null,
    idempotencyKey: null,
    scheduledAt: null,
    aiAgent: null,
    requestHash: new Uint8Array(),
    media: null,
  }
  return {
    accepted: { ctx, send, to: { contact, conversation } },
    rows: {
      contact,
      conversation,
      created,
      replyToId: null,
      replyToWamid: null,
      content: fields as unknown as Prisma.InputJsonObject,
    },
    broadcastId: driven.id,
  }
}

async function noteTurn(tx: Tx, { organizationId, id }: Driven, verdicts: Map<string, BroadcastSkipReason | null>) {
  const rows = [...verdicts].map(([contactId, skipReason]) => ({ contactId, skipReason }))
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE "BroadcastRecipient" AS r SET "skipReason" = row."skipReason",
      state = CASE WHEN row."skipReason" IS NULL THEN 'MESSAGED' ELSE 'SKIPPED' END::"BroadcastRecipientState"
    FROM ${rowsOf('BroadcastRecipient', rows)} AS row
    WHERE r."organizationId" = ${organizationId} AND r."broadcastId" = ${id} AND r."contactId" = row."contactId"`
}

/** Puts off those whose recipient limit is used up; it is no failure, and they get their turn when it allows. */
export async function putOff(ctx: Context, driven: Driven, rows: { contactId: string; dueAt: Date }[]): Promise<void> {
  if (rows.length === 0) return
  await ctx.database.select(Prisma.sql`
    UPDATE "BroadcastRecipient" AS r SET "dueAt" = row."dueAt" FROM ${rowsOf('BroadcastRecipient', rows)} AS row
    WHERE r."organizationId" = ${driven.organizationId} AND r."broadcastId" = ${driven.id}
      AND r."contactId" = row."contactId" AND r.state = 'PENDING'`)
}
