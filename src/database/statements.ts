import pg from 'pg'

/** Statements that a connection keeps prepared at most, and texts whose uses are counted until they are among them. */
const limits = { named: 100, counted: 2000, usesBefore: 5 }

export type StatementNames = {
  /** The name of a statement; undefined where it has none yet. */
  of(text: string): string | undefined
  /** Gives no more names, and takes back those that were given. */
  drop(): void
}

/**
 * Names for statements that are worth preparing: those that come again and again. Callers choose what they ask for, so
 * there is no end to the texts: a text gets its name only after some uses, and so many get one.
 */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  let uses = new Map<string, number>()
  let dropped = false
  return {
    of(text) {
      const name = names.get(text)
      if (name !== undefined || dropped || names.size >= limits.named) return name
      const used = (uses.get(text) ?? 0) + 1
      if (used < limits.usesBefore) {
        if (uses.size >= limits.counted) uses = new Map()
        uses.set(text, used)
        return undefined
      }
      uses.delete(text)
      const given = `kaanha_${names.size}`
      names.set(text, given)
      return given
    },
    drop() {
      dropped = true
      names.clear()
    },
  }
}

/** A migration has given a table another column since a statement that answers all of them was prepared. */
export const isStale = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.message.includes('cached plan')

const timestamptz = 1184
const parseTime = pg.types.getTypeParser(timestamptz, 'text')

/** A time as PostgreSQL writes it, "2026-11-29 13:00:00.5+00", in the form of `toISOString`. */
export function shownTime(text: string): string {
  const { length } = text
  // Seconds with or without milliseconds, in UTC, in a year of four digits: nearly all there are.
  if (length < 22 || length > 26 || !text.endsWith('+00')) return parseTime(text).toISOString()
  const fraction = length === 26 ? text.slice(20, 23) : text.slice(20, -3).padEnd(3, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}

/** Times as texts, for rows that are shown and not calculated with: to make a Date of each and a text of that takes longer than all else. */
export const shownTypes = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === timestamptz ? shownTime : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}
