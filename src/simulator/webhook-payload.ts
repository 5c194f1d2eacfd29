import { createHmac } from 'node:crypto'
import { type JsonObject, metaJson } from './json.js'
import type { CompleteOptions } from './options.js'

/** One thing a webhook tells, before it is known what else travels in the same post; `time` in seconds, where Meta says it. */
export type Change = { field: string; time?: number; value: JsonObject }

/** Fields whose value says which number it is about; the others speak of the whole account. */
const numberFields = new Set(['messages', 'user_preferences', 'user_id_update'])

export const metadataOf = (options: CompleteOptions) => ({
  display_phone_number: options.displayPhoneNumber.replace(/\D/g, ''),
  phone_number_id: options.phoneNumberId,
})

/**
 * The body of one post. Several changes come as Meta batches them: two entries, and in each the messages and the
 * statuses that are next to each other share one value, so that clients must walk every level.
 */
export function webhookBody(changes: readonly Change[], options: CompleteOptions): string {
  const half = changes.length > 1 ? Math.ceil(changes.length / 2) : changes.length
  const entries = [changes.slice(0, half), changes.slice(half)]
    .filter((part) => part.length > 0)
    .map((part) => ({
      id: options.businessAccountId,
      ...timeOf(part),
      changes: joinNeighbours(part).map(({ field, value }) => ({ value: completeValue(field, value, options), field })),
    }))
  return metaJson({ object: 'whatsapp_business_account', entry: entries })
}

/** Only what is about the account says when it was: the entry does, for all that is in it. */
function timeOf(changes: readonly Change[]): { time?: number } {
  const times = changes.flatMap(({ time }) => time ?? [])
  return times.length > 0 ? { time: Math.max(...times) } : {}
}

const completeValue = (field: string, value: JsonObject, options: CompleteOptions): JsonObject =>
  numberFields.has(field) ? { messaging_product: 'whatsapp', metadata: metadataOf(options), ...value } : value

function joinNeighbours(changes: readonly Change[]): Change[] {
  const joined: Change[] = []
  for (const change of changes) {
    const last = joined.at(-1)
    const kind = batchedKind(change)
    if (last && kind && batchedKind(last) === kind) {
      joined[joined.length - 1] = { field: 'messages', value: joinValues(last.value, change.value, kind) }
    } else joined.push(change)
  }
  return joined
}

const batchedKind = ({ field, value }: Change): 'messages' | 'statuses' | null => {
  if (field !== 'messages') return null
  if ('messages' in value) return 'messages'
  return 'statuses' in value ? 'statuses' : null
}

function joinValues(a: JsonObject, b: JsonObject, kind: 'messages' | 'statuses'): JsonObject {
  const contacts = [...listOf(a.contacts), ...listOf(b.contacts)]
  const unique = [...new Map(contacts.map((contact) => [JSON.stringify(contact), contact])).values()]
  return {
    ...(unique.length > 0 ? { contacts: unique } : {}),
    [kind]: [...listOf(a[kind]), ...listOf(b[kind])],
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** The headers of a post: `X-Hub-Signature-256` is over exactly these bytes. */
export const webhookHeaders = (body: Buffer, appSecret: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'facebookexternalua',
  'x-hub-signature': `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`,
  'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
})
