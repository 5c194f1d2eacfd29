/** A name as it is searched: compatibility forms joined, lower case. The same folding on both sides makes them meet. */
export const foldName = (name: string | null): string => (name ?? '').normalize('NFKC').toLowerCase()

/** The two ways a search text can match: a part of the folded name, or of the phone's digits (null: it has none). */
export function searchPatterns(search: string): { name: string; digits: string | null } {
  const digits = search.replace(/\D/g, '')
  return { name: contains(foldName(search.trim())), digits: digits === '' ? null : contains(digits) }
}

/** A LIKE pattern for "contains", with LIKE's own signs taken literally. */
const contains = (text: string) => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
