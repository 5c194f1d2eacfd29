import { Prisma } from '../generated/prisma/client.js'
import type { Database } from './client.js'
import { type ListSpec, type Page, type PageArgs, pageFrom, planPage } from './page.js'
import { type HotTable, type Reader, type RowQuery, readerOf } from './rows.js'

/** What is wanted of a page: of each row, and whether the whole list is to be counted. */
export type PageQuery = RowQuery & { counted?: boolean }

export type HotList = ListSpec & {
  table: HotTable
  /** The condition finds few rows of many, by their ids alone: they are found once, for the page and for the count. */
  narrow?: boolean
  /** What is searched for decides how it is best found: planned anew each time. */
  searched?: boolean
}

/** A page with its rows, what they lead to, and, where that is asked for, the count of the whole list, in one statement. */
export async function pageOfRows<Row>(
  database: Database,
  list: HotList,
  args: PageArgs,
  query: PageQuery,
): Promise<Page<Row>> {
  const plan = planPage(list, args)
  const reader = readerOf<Row>(list.table, query)
  const { narrow = false, searched = narrow } = list
  const { counted = false } = query
  const statement = narrow && counted ? countedHits(list, plan, reader) : pageStatement(list, plan, reader, counted)
  const found = await database.read(statement, { shown: reader.shown, prepared: !searched })

  const { width } = reader
  const total = counted && found[0] ? Number(found[0][width + 2]) : null
  const page = pageFrom(
    database,
    list,
    plan,
    args,
    found.map((values) => ({
      key: { id: values[width] as string, at: timeOf(values[width + 1]) },
      row: reader.rowOf(values),
    })),
  )
  return total === null ? page : Object.assign(page, { totalCount: async () => total })
}

type PagePlan = ReturnType<typeof planPage>

const timeOf = (value: unknown): Date | null =>
  value === null ? null : value instanceof Date ? value : new Date(String(value))

function pageStatement(
  list: HotList,
  plan: PagePlan,
  { columns, joins, joined }: Reader<unknown>,
  counted: boolean,
): Prisma.Sql {
  const { table, where, order, at, limit, skip } = plan
  const count = counted ? Prisma.sql`, (SELECT count(*)::int FROM ${table} WHERE ${list.where})` : Prisma.empty
  const key = Prisma.sql`t.id, ${at ? Prisma.sql`t.${at}` : Prisma.sql`NULL`}`
  const rows = Prisma.sql`SELECT * FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${skip}`
  return Prisma.sql`SELECT ${columns}, ${key}${count} FROM (${rows}) AS t${joins}${joined ? Prisma.sql` ORDER BY ${plan.orderOf('t.')}` : Prisma.empty}`
}

/** Of a list by id alone. */
function countedHits(list: HotList, plan: PagePlan, { columns, joins }: Reader<unknown>): Prisma.Sql {
  const { table, beyond, order, limit, skip } = plan
  return Prisma.sql`
    WITH hits AS MATERIALIZED (SELECT "organizationId", id FROM ${table} WHERE ${list.where}),
    page AS (SELECT * FROM hits WHERE ${beyond} ORDER BY ${order} LIMIT ${limit} OFFSET ${skip})
    SELECT ${columns}, t.id, NULL, (SELECT count(*)::int FROM hits)
    FROM page JOIN ${table} AS t USING ("organizationId", id)${joins} ORDER BY ${plan.orderOf('t.')}`
}
