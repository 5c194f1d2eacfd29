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
