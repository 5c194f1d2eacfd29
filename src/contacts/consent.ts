import type { ConsentPolicy, Contact } from '../generated/prisma/client.js'

/** Whether a contact with this consent may be written to (contract, section 5). `optedIn` null: nothing is known. */
export const mayBeSentTo = (optedIn: boolean | null, policy: ConsentPolicy): boolean =>
  optedIn === true || (optedIn === null && policy === 'ALLOW_UNKNOWN')

/** A new state of consent and what it rests on. Consent is proved or it is not: all four always change together. */
export type Consent = {
  /** Null: unknown again. */
  optedIn: boolean | null
  /** "api" or what the caller named; "inbound"; or one of `customerSources`. */
  source: string
  proof: string | null
  at: Date
}

/** Where the customer has spoken for themself, or WhatsApp for them. */
export const customerSources = {
  keyword: 'keyword',
  marketingPreference: 'marketing_preference',
  stoppedMarketing: 'whatsapp_131050',
} as const

/** What a customer said of their consent. */
export type Statement = Consent & {
  optedIn: boolean
  source: (typeof customerSources)[keyof typeof customerSources]
}

export type ConsentState = Pick<Contact, 'optedIn' | 'optInSource' | 'optInAt'>

const isCustomers = (source: string | null): boolean => Object.values<string | null>(customerSources).includes(source)

/** WhatsApp tells times in whole seconds: ours are compared as whole seconds too. */
const second = (time: Date | null): number => Math.floor((time?.getTime() ?? Number.NEGATIVE_INFINITY) / 1000)

/**
 * Whether what a customer said changes what is known. Webhooks come in any order and more than once, so the latest
 * statement counts, not the last to arrive; of two in one second, the last to arrive. Against what others recorded the
 * two are not alike: a late opt-out always counts, while an opt-in from before somebody recorded the opt-out does not.
 */
export function statementCounts(current: ConsentState, said: Pick<Statement, 'optedIn' | 'at'>): boolean {
  const since = second(current.optInAt)
  const at = second(said.at)
  const customersOwn = isCustomers(current.optInSource)
  if (current.optedIn === said.optedIn) return at > since || (at === since && !customersOwn)
  if (said.optedIn) return at >= since
  return at >= since || !customersOwn
}

/** What a change of consent stores in the contact. */
export const consentColumns = ({ optedIn, source, proof, at }: Consent) =>
  optedIn === null
    ? { optedIn, optInSource: null, optInProof: null, optInAt: null }
    : { optedIn, optInSource: source, optInProof: proof, optInAt: at }
