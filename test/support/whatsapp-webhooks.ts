import { readdirSync, readFileSync } from 'node:fs'
import { normaliseWebhook } from '../../src/whatsapp/inbound.js'
import type { InboundEntry } from '../../src/whatsapp/inbound-entries.js'

const folder = new URL('../fixtures/whatsapp/', import.meta.url)
export const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
export const fixtureNames = readdirSync(folder).map((file) => file.replace('.json', ''))

export const entriesOf = (name: string) => normaliseWebhook(fixture(name))

export function ofKind<Kind extends InboundEntry['kind']>(kind: Kind, entries: InboundEntry[]) {
  return entries.filter((entry): entry is Extract<InboundEntry, { kind: Kind }> => entry.kind === kind)
}
/** A webhook around one message of ours. */
export const withMessage = (message: unknown, contacts?: unknown) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '2',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: '1' }, contacts, messages: [message] } }],
    },
  ],
})
export const textMessage = {
  from: '919811122233',
  id: 'wamid.1',
  timestamp: '1781000000',
  type: 'text',
  text: { body: 'Hi' },
}
export const oneMessage = (message: object, contacts?: unknown) => {
  const [entry] = ofKind('message', normaliseWebhook(withMessage({ ...textMessage, ...message }, contacts)))
  if (!entry) throw new Error('no message')
  return entry
}
