import { accountEntries } from './inbound-account.js'
import { type Change, changesOf, otherEntry } from './inbound-change.js'
import type { InboundEntry } from './inbound-entries.js'
import { messageEntry } from './inbound-message.js'
import { statusEntry } from './inbound-status.js'
import { repairJson } from './json-text.js'
import { listOf } from './read.js'

/**
 * The numbers a webhook body says it is for. The body is unverified: the ids may only choose the secret that its
 * signature is then checked with. Never throws.
 */
export const phoneNumberIds = (body: unknown): string[] =>
  distinct(changesOf(body).map(({ phoneNumberId }) => phoneNumberId))

/** The same for the business accounts: webhooks about templates or the account name no number. */
export const businessAccountIds = (body: unknown): string[] =>
  distinct(changesOf(body).map(({ businessAccountId }) => businessAccountId))

/** Real ids are some 15 digits, and a real body names one or two. Others may hold what no database can look up. */
export const maxIds = 20
const plausibleId = /^[\x21-\x7e]{1,64}$/

const distinct = (ids: (string | null)[]): string[] =>
  [...new Set(ids.filter((id) => id !== null).filter((id) => plausibleId.test(id)))].slice(0, maxIds)

/**
 * Everything a webhook body says, one entry for each message, status and change (whatsapp-cloud-api.md, section 4).
 * What has no known shape comes out as `other` with its own JSON. Text is repaired so that it can be stored. The same
 * body always gives the same entries. Never throws.
 */
export const normaliseWebhook = (body: unknown): InboundEntry[] => changesOf(repairJson(body)).flatMap(entriesOf)

function entriesOf(change: Change): InboundEntry[] {
  if (change.field !== 'messages') return accountEntries(change)
  const { value } = change
  const entries = [
    ...listOf(value.messages).map((message) => messageEntry(change, message)),
    ...listOf(value.statuses).map((status) => statusEntry(change, status)),
    ...listOf(value.errors).map((error) => otherEntry(change, error)),
  ]
  return entries.length > 0 ? entries : [otherEntry(change, value)]
}
