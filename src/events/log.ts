import { badRequest, DomainError } from '../core/errors.js'
import { newId } from '../core/ids.js'
import type { Logger } from '../core/logger.js'
import type { Database, Tx } from '../database/client.js'
import type { Prisma } from '../generated/prisma/client.js'
import type { Bus } from './bus.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import { createSequencer, type Head } from './sequencer.js'
import { createTails, type Following } from './tails.js'
import type { EventType } from './types.js'

/** What a change appends. `data` is the body of contract section 8, frozen as it is now. */
export type NewEvent = {
  organizationId: string
  type: EventType
  data: Prisma.InputJsonObject
  contactId?: string
  conversationId?: string
  messageId?: string
}

/** An event in its place. `position` counts from 1 in each organization, without holes. */
export type LoggedEvent = {
  id: string
  organizationId: string
  position: bigint
  type: EventType
  data: unknown
  contactId: string | null
  conversationId: string | null
  messageId: string | null
  createdAt: Date
}

/**
 * The ordered log of what happened (architecture, flow 3). A change appends inside its own transaction; readers hold a
 * position and see every later event once, in one order, whenever they read.
 */
export type EventLog = {
  append(tx: Tx, event: NewEvent): Promise<void>
  /** Several in one statement, in their order. */
  appendAll(tx: Tx, events: NewEvent[]): Promise<void>
  /** The end of the log now: whatever was committed before the question lies before it. */
  head(organizationId: string): Promise<bigint>
  /** Up to `limit` events after a position. */
  read(organizationId: string, after: bigint, limit: number): Promise<LoggedEvent[]>
  /** Every event after a position, first those of the log, then live, until the signal aborts. */
  follow(organizationId: string, after: bigint, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined>
  cursorOf(organizationId: string, position: bigint): string
  /**
   * The position a client wants to go on from, and whether it is the end of the log; without a cursor it is.
   * @throws BAD_REQUEST for a cursor that is not of this log or lies beyond its end, CURSOR_EXPIRED for one whose
   * events are no longer kept.
   */
  startOf(
    organizationId: string,
    cursor: string | null | undefined,
    path: string,
  ): Promise<{ position: bigint; atEnd: boolean }>
  /** How far the log is known to reach here, without asking; null where nobody follows it here. */
  end(organizationId: string): bigint | null
  /** Says which logs have grown, as far as is heard here: to look sooner, never to rely on. */
  onGrowth(listener: (organizationIds: string[]) => void): void
  /** Who follows here now, for metrics. */
  following(): Following
  close(): Promise<void>
}

export type EventLogOptions = {
  database: Database
  bus: Bus
  logger: Logger
  pollIntervalMs: number | null
  /** Told of the types of events once they are committed. */
  appended?: (types: EventType[]) => void
}

export function createEventLog({ database, bus, logger, pollIntervalMs, appended }: EventLogOptions): EventLog {
  const tails = createTails({ read, heads, logger, pollIntervalMs })
  const growthListeners = new Set<(organizationIds: string[]) => void>()
  const advance = (advanced: Head[]) => {
    for (const { organizationId, position } of advanced) tails.advanced(organizationId, position)
    for (const listener of growthListeners) listener(advanced.map(({ organizationId }) => organizationId))
  }
  const sequencer = createSequencer(database, logger, (advanced) => {
    advance(advanced)
    bus.publish(advanced)
  })
  bus.subscribe(advance)
  const wake = () => sequencer.wake()

  async function appendAll(tx: Tx, events: NewEvent[]): Promise<void> {
    if (events.length === 0) return
    const rows = events.map((event) => ({ ...event, id: newId('Event') }))
    // The transaction has its id before an insertion is taken: the sequencer relies on it.
    await tx.$executeRaw`
      INSERT INTO "Event" ("organizationId", id, type, data, "contactId", "conversationId", "messageId")
      SELECT "organizationId", id, type, data, "contactId", "conversationId", "messageId"
      FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS ("organizationId" text, id text, type text,
        data jsonb, "contactId" text, "conversationId" text, "messageId" text)) WITH ORDINALITY AS row
      WHERE pg_current_xact_id() IS NOT NULL ORDER BY ordinality`
    database.afterCommit(wake)
    if (appended) database.afterCommit(() => appended(events.map(({ type }) => type)))
  }

  // Ordered by the column: "position" alone would be the text that it is answered as, in which 10 comes before 9.
  async function read(organizationId: string, after: bigint, limit: number): Promise<LoggedEvent[]> {
    const rows = await database.queryPrepared<Omit<LoggedEvent, 'position'> & { position: string }>(
      `SELECT id, "organizationId", "position"::text AS "position", type, data, "contactId", "conversationId", "messageId", "createdAt"
       FROM "Event" WHERE "organizationId" = $1 AND "position" > $2 ORDER BY "Event"."position" LIMIT $3`,
      [organizationId, after.toString(), limit],
    )
    return rows.map((row) => ({ ...row, position: BigInt(row.position) }))
  }

  async function heads(organizationIds: string[]): Promise<Head[]> {
    const rows = await database.queryPrepared<{ organizationId: string; position: string }>(
      `SELECT "organizationId", "position"::text AS "position" FROM "EventHead" WHERE "organizationId" = ANY($1)`,
      [organizationIds],
    )
    return rows.map((row) => ({ organizationId: row.organizationId, position: BigInt(row.position) }))
  }

  async function numbered(organizationId: string): Promise<bigint> {
    const [row] = await heads([organizationId])
    return row?.position ?? 0n
  }

  async function head(organizationId: string): Promise<bigint> {
    await sequencer.settled()
    return numbered(organizationId)
  }

  return {
    append: (tx, event) => appendAll(tx, [event]),
    appendAll,
    head,
    read,
    follow: tails.follow,
    end: tails.end,
    onGrowth: (listener) => void growthListeners.add(listener),
    following: tails.following,
    cursorOf: encodeCursor,
    async startOf(organizationId, cursor, path) {
      if (cursor === null || cursor === undefined) return { position: await head(organizationId), atEnd: true }
      const after = decodeCursor(organizationId, cursor, path)
      const end = await numbered(organizationId)
      if (after > end) throw badRequest([{ path, message: 'lies beyond the end of the event log' }])
      const [next] = after < end ? await read(organizationId, after, 1) : []
      if (after < end && next?.position !== after + 1n) {
        throw new DomainError('CURSOR_EXPIRED', 'The event log no longer reaches back to this cursor.')
      }
      return { position: after, atEnd: after === end }
    },
    async close() {
      await sequencer.close()
      tails.close()
    },
  }
}
