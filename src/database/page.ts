import { badRequest, type ErrorDetail } from '../core/errors.js'
import { type IdKind, isId } from '../core/ids.js'
import { Prisma } from '../generated/prisma/client.js'
import type { Database } from './client.js'

/** Relay's arguments, and `skip` for pages by number. */
export type PageArgs = {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
  skip?: number | null | undefined
}

export const defaultPageSize = 20
export const maxPageSize = 100

/** One page of a list, in order. `cursors` are made when they are asked for; `totalCount` asks the database only when it is called. */
export type Page<Row> = {
  rows: Row[]
  cursors: string[]
  hasNextPage: boolean
  hasPreviousPage: boolean
  totalCount: () => Promise<number>
}

/**
 * A list that grows: newest first by one column, then by id. `where` is the whole condition, organization included.
 * `timeColumn` null: by id alone, which is by time of creation, since ids are time-ordered.
 */
export type ListSpec = { table: string; where: Prisma.Sql; timeColumn: string | null }

/** The condition of a filter by id: what is no id of its kind names nothing, as an id that nothing has. */
export const columnIs = (column: string, kind: IdKind, id: string): Prisma.Sql =>
  isId(kind, id) ? Prisma.sql`${Prisma.raw(`"${column}"`)} = ${id}` : Prisma.sql`FALSE`

type Key = { id: string; at: Date | null }

/** The parts of a statement that finds a page: by comparing keys, so that a deep page costs what the first does. */
export function planPage(list: ListSpec, args: PageArgs) {
  const checked = checkPageArgs(args, list.timeColumn !== null)
  const { limit, backward, skip, cursor } = checked
  const id = Prisma.raw('id')
  const at = list.timeColumn === null ? null : Prisma.raw(`"${list.timeColumn}"`)
  const than = Prisma.raw(backward ? '>' : '<')
  const beyond = cursor
    ? at
      ? Prisma.sql`(${at}, ${id}) ${than} (${cursor.at}::timestamptz, ${cursor.id})`
      : Prisma.sql`${id} ${than} ${cursor.id}`
    : Prisma.sql`TRUE`
  const direction = backward ? 'ASC' : 'DESC'
  const keys = list.timeColumn === null ? ['id'] : [`"${list.timeColumn}"`, 'id']
  /** The order of the page; `prefix` stands before each column. */
  const orderOf = (prefix: string) => Prisma.raw(keys.map((key) => `${prefix}${key} ${direction}`).join(', '))
  return {
    checked,
    table: Prisma.raw(`"${list.table}"`),
    at,
    beyond,
    where: cursor ? Prisma.sql`${list.where} AND ${beyond}` : list.where,
    order: orderOf(''),
    orderOf,
    /** One more than the page has, which says whether the list goes on. */
    limit: limit + 1,
    skip,
  }
}

/** The page that was found so. */
export function pageFrom<Row>(
  database: Database,
  list: ListSpec,
  { checked: { limit, backward, skip }, table }: ReturnType<typeof planPage>,
  args: PageArgs,
  found: { key: Key; row: Row }[],
): Page<Row> {
  const more = found.length > limit
  const kept = found.slice(0, limit)
  if (backward) kept.reverse()
  return {
    rows: kept.map(({ row }) => row),
    get cursors() {
      return kept.map(({ key }) => encodeKey(key))
    },
    hasNextPage: backward ? Boolean(args.before) : more,
    hasPreviousPage: backward ? more : Boolean(args.after) || skip > 0,
    totalCount: async () => {
      const [row] = await database.select<{ n: number }>(
        Prisma.sql`SELECT count(*)::int AS n FROM ${table} WHERE ${list.where}`,
      )
      return row?.n ?? 0
    },
  }
}

/** Which rows a page has: ids in order. */
export async function pageOfIds(database: Database, list: ListSpec, args: PageArgs): Promise<Page<string>> {
  const plan = planPage(list, args)
  const { table, where, order, at, limit, skip } = plan
  const found = await database.select<Key>(
    Prisma.sql`SELECT id, ${at ?? Prisma.sql`NULL`} AS at FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${skip}`,
  )
  return pageFrom(
    database,
    list,
    plan,
    args,
    found.map((key) => ({ key, row: key.id })),
  )
}

/** The rows of a page of ids, in its order. A row deleted in between leaves no gap. */
export async function hydrate<Row extends { id: string }>(
  page: Page<string>,
  load: (ids: string[]) => Promise<Row[]>,
): Promise<Page<Row>> {
  const loaded = page.rows.length === 0 ? [] : await load(page.rows)
  const byId = new Map(loaded.map((row) => [row.id, row]))
  const entries = page.rows.flatMap((id, i) => {
    const row = byId.get(id)
    return row ? [{ row, cursor: page.cursors[i] ?? '' }] : []
  })
  return { ...page, rows: entries.map((e) => e.row), cursors: entries.map((e) => e.cursor) }
}

export type CheckedPage = { limit: number; backward: boolean; skip: number; cursor: Key | null }

const typeId = /^[a-z]{3}_[0-9a-z]{26}$/

/** `idForm`: what the ids in a list's cursors look like. @throws BAD_REQUEST naming each argument that cannot be used. */
export function checkPageArgs(args: PageArgs, timed: boolean, idForm: RegExp = typeId): CheckedPage {
  const details: ErrorDetail[] = (['first', 'last', 'skip'] as const).flatMap((name) => {
    const value = args[name]
    if (value === null || value === undefined) return []
    const [min, max] = name === 'skip' ? [0, 10_000_000] : [0, maxPageSize]
    if (Number.isInteger(value) && value >= min && value <= max) return []
    return [{ path: name, message: `must be a whole number from ${min} to ${max}` }]
  })
  if (args.first != null && args.last != null) details.push({ path: 'last', message: 'cannot be used with first' })
  if (args.after != null && args.before != null) details.push({ path: 'before', message: 'cannot be used with after' })
  if (args.before != null && args.first != null) details.push({ path: 'before', message: 'needs last, not first' })
  if (args.after != null && args.last != null) details.push({ path: 'after', message: 'needs first, not last' })
  if (details.length > 0) throw badRequest(details)
  const backward = args.last != null || args.before != null
  const path = backward ? 'before' : 'after'
  const cursor = args[path]
  return {
    limit: args.last ?? args.first ?? defaultPageSize,
    backward,
    skip: args.skip ?? 0,
    cursor: cursor == null ? null : decodeKey(cursor, timed, path, idForm),
  }
}

const encodeKey = (key: Key): string =>
  Buffer.from(JSON.stringify(key.at === null ? [key.id] : [key.id, key.at.getTime()])).toString('base64url')

/** Where a row stands in a list by id alone. */
export const cursorOfId = (id: string): string => encodeKey({ id, at: null })

/** Times before 1970 or after the year 9999 are in no list, and the database cannot hold every time that a Date can. */
const latestMs = Date.UTC(10_000, 0, 1) - 1

function decodeKey(cursor: string, timed: boolean, path: string, idForm: RegExp): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && typeof key[0] === 'string' && idForm.test(key[0])) {
      if (!timed && key.length === 1) return { id: key[0], at: null }
      const atMs: unknown = key[1]
      if (timed && key.length === 2 && Number.isInteger(atMs) && Number(atMs) >= 0 && Number(atMs) <= latestMs) {
        return { id: key[0], at: new Date(Number(atMs)) }
      }
    }
  } catch {
    // Not JSON: the same answer as for any other text that is no cursor.
  }
  throw badRequest([{ path, message: 'is not a cursor of this list' }])
}
