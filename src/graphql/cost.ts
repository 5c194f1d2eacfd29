/**
 * What a document may cost, computed before anything is executed, on every transport alike. A field costs 1; a list
 * multiplies what stands under it by the rows asked for. An inbox of 100 conversations with 20 messages each, all
 * fields, costs about 50,000.
 */
export const complexityLimit = { complexity: 60_000, depth: 14, breadth: 400 }

/** What a document may be made of, whatever it costs: counted before it is validated. */
export const documentLimits = {
  characters: 200_000,
  tokens: 4000,
  nesting: 100,
  aliases: 60,
  directives: 50,
  fragments: 100,
  /** `__schema` and `__type`. */
  introspections: 10,
  /**
   * Fields with fields of their own are compared in pairs of the same name, to see whether they can be merged. So many
   * pairs, over all names.
   */
  pairs: 20_000,
}

/** What a message on a WebSocket may be, and how many values the variables of any request may hold. */
export const requestLimits = { bytes: 1_000_000, values: 10_000 }

/** What a document has come to, in the words of the limit that it breaks. */
export function describeExcess({ complexity, depth, breadth }: typeof complexityLimit): string {
  if (depth > complexityLimit.depth) return `is ${depth} levels deep; ${complexityLimit.depth} are allowed`
  if (breadth > complexityLimit.breadth) return `has ${breadth} fields; ${complexityLimit.breadth} are allowed`
  return `costs ${complexity}; ${complexityLimit.complexity} is allowed (ask for fewer rows: a list costs its rows times its fields)`
}

/** The cost of a list: one for itself, and what stands under it for each row asked for. */
export const listCost = ({ first, last }: { first?: number | null | undefined; last?: number | null | undefined }) => ({
  field: 1,
  multiplier: Math.min(Math.max(first ?? last ?? 20, 1), 100),
})
