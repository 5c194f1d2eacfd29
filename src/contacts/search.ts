/**
 * A name as it is searched: compatibility forms joined, one case. The same folding on both sides makes them meet. By
 * way of upper case, which joins what lower case keeps apart: "ß" and "SS"; and the sigma at a word's end is a sigma.
 */
export const foldName = (name: string | null): string =>
  (name ?? '').normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')

/**
 * The two ways a search text can match: a part of the folded name, or of the phone's digits. Null where it is no part
 * of a phone: without digits, or with letters, as "Ravi 2" must not find everybody with a 2 in the number.
 */
export function searchPatterns(search: string): { name: string; digits: string | null } {
  const digits = /\p{L}/u.test(search) ? '' : search.replace(/\D/g, '')
  return { name: contains(foldName(search.trim())), digits: digits === '' ? null : contains(digits) }
}

/** A LIKE pattern for "contains", with LIKE's own signs taken literally. */
const contains = (text: string) => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
