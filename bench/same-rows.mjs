// Whether two answers hold the same, whatever each calls a list and however it writes a time.

/** An answer as rows alone: `nodes` are the list they stand in, times are milliseconds. */
export function rowsOf(answer) {
  if (Array.isArray(answer)) return answer.map(rowsOf)
  if (typeof answer === 'string' && /^\d{4}-\d\d-\d\dT\d\d:/.test(answer)) return Date.parse(answer)
  if (typeof answer !== 'object' || answer === null) return answer
  const entries = Object.entries(answer)
  if (entries.length === 1 && entries[0][0] === 'nodes') return rowsOf(entries[0][1])
  return Object.fromEntries(entries.map(([name, value]) => [name, rowsOf(value)]).sort())
}
