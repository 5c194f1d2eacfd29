import type { ConsentPolicy } from '../generated/prisma/client.js'

/** Whether a contact with this consent may be written to (contract, section 5). `optedIn` null: nothing is known. */
export const mayBeSentTo = (optedIn: boolean | null, policy: ConsentPolicy): boolean =>
  optedIn === true || (optedIn === null && policy === 'ALLOW_UNKNOWN')

/** What a change of consent stores. Consent is proved or it is not: source, proof and time always change together. */
export function consentColumns(
  optedIn: boolean | null | undefined,
  source: string,
  proof: string | null,
  now: Date,
): { optedIn?: boolean | null; optInSource?: string | null; optInProof?: string | null; optInAt?: Date | null } {
  if (optedIn === undefined) return {}
  if (optedIn === null) return { optedIn, optInSource: null, optInProof: null, optInAt: null }
  return { optedIn, optInSource: source, optInProof: proof, optInAt: now }
}

const stopWords = new Set(['stop', 'unsubscribe'])
const startWords = new Set(['start'])

/**
 * What a customer's message as a whole says of consent (contract, section 5): false for STOP and its like, true for
 * START, null for everything else.
 */
export function consentSaid(text: string | null): boolean | null {
  const word = text?.trim().toLowerCase() ?? ''
  if (stopWords.has(word)) return false
  return startWords.has(word) ? true : null
}
