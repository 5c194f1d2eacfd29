import type { Answer, GraphQLResult, TestServer } from './server.js'
import { find } from './server.js'
import { businessAccountId, phoneNumberId, signatureOf } from './simulator.js'

/** For tests of what comes in: ways to write as a customer, and to read back what became of it. */

export type Json = Record<string, unknown>
export type Row = Answer['json']

/** Who writes; without `from` the phone is hidden and `userId` names them. */
export type Writer = { from?: string; userId?: string; name?: string; username?: string }

const digits = (phone: string) => phone.replace('+', '')

/** A customer sends a message in Meta's shape through the simulator. Answers its wamid. */
export async function write(server: TestServer, { from, ...writer }: Writer, message: Json): Promise<string> {
  const sender = { ...writer, ...(from === undefined ? {} : { from: digits(from) }) }
  const { id, error } = await server.simulator('POST', '/inbound', { name: 'Asha Rao', ...sender, message })
  if (!id) throw new Error(`The simulator refused: ${JSON.stringify(error)}`)
  return id
}

export const text = (body: string, more: Json = {}): Json => ({ type: 'text', text: { body }, ...more })

/** Any other webhook that the simulator can tell, such as `user_preferences`. */
export const tell = (server: TestServer, field: string, value: Json, writer: Json = {}): Promise<unknown> =>
  server.simulator('POST', '/inbound', { ...writer, change: { field, value } })

/** A delivery with our own body, signed as Meta signs. */
export function deliver(server: TestServer, body: unknown): Promise<Answer> {
  const raw = JSON.stringify(body)
  return server.call('POST', '/webhooks/whatsapp', raw, { 'x-hub-signature-256': signatureOf(raw) })
}

/** A body of one change of the field `messages`, of the simulator's number. */
export const delivery = (value: Json, field = 'messages'): Json => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: businessAccountId,
      changes: [{ field, value: { metadata: { phone_number_id: phoneNumberId }, ...value } }],
    },
  ],
})

let counter = 0
export const newWamid = (): string => `wamid.TEST${Date.now()}${++counter}`
export const newUserId = (): string => `IN.${Date.now()}${++counter}`

const messageFields = `
  id type status text contentData messageId replyToId createdAt sentAt readAt editedAt revokedAt conversationId contactId
  conversation { id status unreadCount lastMessage { id } windowExpiresAt }`

/** The message with this wamid, once it is there and, with `until`, as it should be. */
export const message = (server: TestServer, wamid: string, until: (row: Row) => boolean = () => true): Promise<Row> =>
  find(async () => {
    const row = await messageNow(server, wamid)
    return row && until(row) ? row : null
  })

export async function messageNow(server: TestServer, wamid: string): Promise<Row> {
  const { data } = await ask(server, `query ($id: ID!) { message(id: $id) { ${messageFields} } }`, { id: wamid })
  return data.message
}

const contactFields = `
  id phone userId name attributes optedIn optInSource optInProof optInAt
  consentHistory(first: 50) { totalCount nodes { optedIn source proof createdAt } }`

/** The contact with this phone or id, once it is there and as it should be. */
export const contact = (
  server: TestServer,
  by: { phone: string } | { id: string },
  until: (row: Row) => boolean = () => true,
): Promise<Row> =>
  find(async () => {
    const row = await contactNow(server, by)
    return row && until(row) ? row : null
  })

export async function contactNow(server: TestServer, by: { phone: string } | { id: string }): Promise<Row> {
  const query = `query ($id: ID, $phone: String) { contact(id: $id, phone: $phone) { ${contactFields} } }`
  return (await ask(server, query, by)).data.contact
}

/** A query that must succeed. */
export async function ask(server: TestServer, query: string, variables: Json = {}): Promise<GraphQLResult> {
  const result = await server.graphql(query, variables)
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  return result
}

/**
 * Delivers messages in Meta's shape in one signed body, behind them one more of the same customer, and waits for that:
 * the messages of a body are dealt with in their order, so by then all of them have been.
 */
export async function deliverAll(server: TestServer, { from, userId }: Writer, messages: Json[]): Promise<void> {
  const sender = { ...(from ? { from: digits(from) } : {}), ...(userId ? { from_user_id: userId } : {}) }
  const last = { id: newWamid(), ...text('and this') }
  const whole = [...messages, last].map((given) => ({ ...sender, timestamp: nowSeconds(), id: newWamid(), ...given }))
  const { status } = await deliver(server, delivery({ messages: whole }))
  if (status !== 200) throw new Error(`answered ${status}`)
  await message(server, last.id)
}

/** Unix seconds as WhatsApp writes them, so far ago. */
export const nowSeconds = (secondsAgo = 0): string => String(Math.floor(Date.now() / 1000) - secondsAgo)
