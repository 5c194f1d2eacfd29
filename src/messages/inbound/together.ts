import type { Context } from '../../context.js'
import { newId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import type { NewEvent } from '../../events/log.js'
import type { Contact, Conversation, Member, Message, WhatsAppConnection } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { learn, meet } from './writer.js'

/** A customer's message, and the number of ours that it was written to. Those of one transaction are of one organization. */
export type Numbered = { connection: WhatsAppConnection; entry: MessageEntry }

/** `at`: when it was written; `events`: what becomes of it, in order. */
export type Timed = Numbered & { at: Date; events: NewEvent[] }

/** Something among the messages needs a look of its own: each is to be taken in alone. */
export class NotTogether extends Error {}

/** The messages that are here already of all that are named, by their wamids. */
export async function knownMessages(tx: Tx, organizationId: string, messages: Numbered[]) {
  const wamids = messages.flatMap(({ entry: { wamid, replyToWamid } }) => [wamid, replyToWamid ?? wamid])
  type Known = Pick<Message, 'id' | 'direction' | 'sentAt'> & { wamid: string }
  const rows = await tx.$queryRaw<Known[]>`
    SELECT wamid, id, direction, "sentAt" FROM "Message"
    WHERE "organizationId" = ${organizationId} AND wamid = ANY(${wamids}::text[])`
  const ids = new Map<string | null, string>(rows.map(({ wamid, id }) => [wamid, id]))
  const unwritten = new Set(
    rows.filter((row) => row.direction === 'INBOUND' && row.sentAt === null).map((row) => row.wamid),
  )
  const taken = new Set(rows.map(({ wamid }) => wamid))
  return {
    /**
     * Whether a message with this wamid is new, the first time it is asked.
     * @throws NotTogether where only its edit or revocation has come.
     */
    takeNew(wamid: string): boolean {
      if (unwritten.has(wamid)) throw new NotTogether()
      if (taken.has(wamid)) return false
      taken.add(wamid)
      return true
    },
    idOf: (wamid: string): string | null => ids.get(wamid) ?? null,
    add: ({ wamid, id }: Message) => void ids.set(wamid, id),
  }
}

/** For each message whoever wrote it, known or new, locked, as they are after it; what changed of them is in its events. */
export async function writers(ctx: Context, tx: Tx, organizationId: string, messages: Timed[]): Promise<Contact[]> {
  const identities = new Map(messages.map(({ entry: { phone, userId } }) => [userId ?? phone, phone]))
  // One user id with two phones: who that is depends on which of them comes first.
  if (messages.some(({ entry: { phone, userId } }) => userId !== null && identities.get(userId) !== phone)) {
    throw new NotTogether()
  }
  const people = await lockPeople(tx, organizationId, messages)
  const placeOf = ({ entry: { phone, userId } }: Numbered): number => {
    const byPhone = people.findIndex((contact) => contact.phone === phone)
    return byPhone >= 0 || userId === null ? byPhone : people.findIndex((contact) => contact.userId === userId)
  }
  // In the order of their phones, so that no two transactions that meet the same people wait for each other in a circle.
  const met = new Set<Timed>()
  for (const message of messages.toSorted((a, b) => ((a.entry.phone ?? '') < (b.entry.phone ?? '') ? -1 : 1))) {
    if (placeOf(message) >= 0) continue
    const { entry, at, events } = message
    people.push(await meet(collecting(ctx, events), tx, organizationId, entry, at))
    met.add(message)
  }
  const contacts: Contact[] = []
  for (const message of messages) {
    const place = placeOf(message)
    const known = people[place]
    if (!known) throw new NotTogether()
    const { entry, at, events } = message
    const contact = met.has(message) ? known : await learn(collecting(ctx, events), tx, known, entry, at)
    people[place] = contact
    contacts.push(contact)
  }
  return contacts
}

/**
 * In the order of their ids, as `lockContacts` takes them. Without bitmaps, since a planner takes the index of the search
 * for the cheaper one to find a list of phones by, and that reads a hundred times as much.
 */
async function lockPeople(tx: Tx, organizationId: string, messages: Numbered[]): Promise<Contact[]> {
  await tx.$executeRaw`SET LOCAL enable_bitmapscan = off`
  return tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "organizationId" = ${organizationId} AND id = ANY(ARRAY(
      SELECT id FROM "Contact" WHERE "organizationId" = ${organizationId}
        AND phone = ANY(${messages.flatMap(({ entry }) => entry.phone ?? [])}::text[])
      UNION SELECT id FROM "Contact" WHERE "organizationId" = ${organizationId}
        AND "userId" = ANY(${messages.flatMap(({ entry }) => entry.userId ?? [])}::text[])
    )) ORDER BY id FOR NO KEY UPDATE`
}

/** Keeps what is appended, to be appended later with the rest. */
const collecting = (ctx: Context, events: NewEvent[]): Context => ({
  ...ctx,
  events: {
    ...ctx.events,
    append: async (_tx, event) => void events.push(event),
    appendAll: async (_tx, more) => void events.push(...more),
  },
})

type Place = { contactId: string; connectionId: string }
const placeOf = ({ contactId, connectionId }: Place): string => `${contactId} ${connectionId}`

/** The conversations of contacts over the numbers that they wrote to, locked, made where there are none. */
export async function openConversations(ctx: Context, tx: Tx, organizationId: string, wanted: Place[]) {
  const rows = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND ("contactId", "connectionId") IN (
      SELECT * FROM unnest(${wanted.map((place) => place.contactId)}::text[], ${wanted.map((place) => place.connectionId)}::text[])
    ) ORDER BY id FOR NO KEY UPDATE`
  const byPlace = new Map(rows.map((row) => [placeOf(row), row]))
  const missing = new Map(
    wanted.filter((place) => !byPlace.has(placeOf(place))).map((place) => [placeOf(place), place]),
  )
  const created = new Set(missing.keys())
  if (missing.size > 0) {
    const now = ctx.clock.now()
    const times = { lastActivityAt: now, openedAt: now, createdAt: now, updatedAt: now }
    const data = [...missing.values()]
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
      .map((place) => ({ ...place, ...times, organizationId, id: newId('Conversation') }))
    for (const row of await tx.conversation.createManyAndReturn({ data })) byPlace.set(placeOf(row), row)
  }
  return {
    /** `created`: it was made just now, and this is the first time it is asked for. */
    of(place: Place) {
      const conversation = byPlace.get(placeOf(place))
      if (!conversation) throw new NotTogether()
      return { conversation, created: created.delete(placeOf(place)) }
    },
    set: (conversation: Conversation) => void byPlace.set(placeOf(conversation), conversation),
    all: (): Conversation[] => [...byPlace.values()],
  }
}

/** The assignees of conversations, by their ids. */
export async function membersOf(tx: Tx, organizationId: string, conversations: Conversation[]) {
  const ids = conversations.flatMap(({ assignedToId }) => assignedToId ?? [])
  const members = ids.length === 0 ? [] : await tx.member.findMany({ where: { organizationId, id: { in: ids } } })
  return new Map<string | null, Member>(members.map((member) => [member.id, member]))
}

export async function hasActiveAgents(tx: Tx, organizationId: string): Promise<boolean> {
  const agent = await tx.aiAgent.findFirst({ where: { organizationId, active: true }, select: { id: true } })
  return agent !== null
}
