import { Prisma } from '../generated/prisma/client.js'
import type { Database } from './client.js'

/** The tables that most reads are of. Their rows are read by SQL of our own: the columns asked for, in one statement. */
export type HotTable = 'Contact' | 'Conversation' | 'Message'

/**
 * What is wanted of each row, in the form of Prisma's `select`, to be shown: its times are then texts in ISO 8601, whatever
 * their type says. Without: every column, times as Dates.
 */
export type RowQuery = { select?: Readonly<Record<string, unknown>> }

const columnsOf: Record<string, object> = {
  Contact: Prisma.ContactScalarFieldEnum,
  Conversation: Prisma.ConversationScalarFieldEnum,
  Message: Prisma.MessageScalarFieldEnum,
  Member: Prisma.MemberScalarFieldEnum,
  AiAgent: Prisma.AiAgentScalarFieldEnum,
  Broadcast: Prisma.BroadcastScalarFieldEnum,
}

/** Rows that a row leads to: in which table, and the column that names it. Every foreign key has organizationId before it. */
const relationsOf: Record<string, Record<string, { table: string; column: string }>> = {
  Conversation: {
    contact: { table: 'Contact', column: 'contactId' },
    assignedTo: { table: 'Member', column: 'assignedToId' },
    lastMessage: { table: 'Message', column: 'lastMessageId' },
    aiAgent: { table: 'AiAgent', column: 'aiAgentId' },
  },
  Message: {
    contact: { table: 'Contact', column: 'contactId' },
    conversation: { table: 'Conversation', column: 'conversationId' },
    replyTo: { table: 'Message', column: 'replyToId' },
    broadcast: { table: 'Broadcast', column: 'broadcastId' },
  },
}

/** Where in a statement's answer the columns of a row are; of a related row also its id, by which it is known to be there. */
type Plan = { name: string; at: number; related?: Plan }[]

export type Reader<Row> = {
  /** Behind SELECT, of the row under the alias `t`. */
  columns: Prisma.Sql
  /** Behind that row in FROM: the rows it leads to. */
  joins: Prisma.Sql
  joined: boolean
  /** Times are to come as texts. */
  shown: boolean
  /** How many columns there are; what the statement selects besides stands behind them. */
  width: number
  rowOf(values: readonly unknown[]): Row
}

/** How rows are read as they are asked for. @throws where something is asked for that is neither column nor known relation. */
export function readerOf<Row>(table: string, { select }: RowQuery): Reader<Row> {
  const columns: string[] = []
  const joins: string[] = []
  const add = (column: string) => columns.push(column) - 1

  function planOf(table: string, alias: string, select: Readonly<Record<string, unknown>>): Plan {
    return Object.keys(select).flatMap((name) => {
      const wanted = select[name]
      if (wanted === false || wanted === undefined) return []
      const relation = relationsOf[table]?.[name]
      if (!relation) {
        if (!Object.hasOwn(columnsOf[table] ?? {}, name)) throw new Error(`${table}.${name} is not read with its row.`)
        return [{ name, at: add(`${alias}."${name}"`) }]
      }
      const inner = `r${joins.length}`
      joins.push(
        ` LEFT JOIN "${relation.table}" AS ${inner} ON ${inner}."organizationId" = ${alias}."organizationId" AND ${inner}.id = ${alias}."${relation.column}"`,
      )
      const at = add(`${inner}.id`)
      return [{ name, at, related: planOf(relation.table, inner, selectOf(relation.table, wanted)) }]
    })
  }

  const plan = planOf(table, 't', select ?? allColumns(table))
  return {
    columns: Prisma.raw(columns.join(', ')),
    joins: Prisma.raw(joins.join('')),
    joined: joins.length > 0,
    shown: select !== undefined,
    width: columns.length,
    rowOf: (values) => rowBy(plan, values) as Row,
  }
}

const allColumns = (table: string) =>
  Object.fromEntries(Object.keys(columnsOf[table] ?? {}).map((name) => [name, true]))

const selectOf = (table: string, wanted: unknown) =>
  ((wanted as { select?: Record<string, unknown> }).select ?? allColumns(table)) as Record<string, unknown>

function rowBy(plan: Plan, values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const { name, at, related } of plan) {
    row[name] = related ? (values[at] === null ? null : rowBy(related, values)) : values[at]
  }
  return row
}

/** The row of a hot table that `where` names, by columns of `t`; null where there is none. */
export async function findRow<Row>(
  database: Database,
  table: HotTable,
  where: Prisma.Sql,
  query: RowQuery,
): Promise<Row | null> {
  const { columns, joins, rowOf, shown } = readerOf<Row>(table, query)
  const statement = Prisma.sql`SELECT ${columns} FROM ${Prisma.raw(`"${table}"`)} AS t${joins} WHERE ${where}`
  const [found] = await database.read(statement, { shown, prepared: true })
  return found ? rowOf(found) : null
}

/** The condition of the row `t` by its key. */
export const isRow = (organizationId: string, id: string): Prisma.Sql =>
  Prisma.sql`t."organizationId" = ${organizationId} AND t.id = ${id}`
