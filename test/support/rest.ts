import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { type Answer, find, newPhone, type TestServer } from './server.js'

/** An id of this kind, as every door shows it. */
export const idOf = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))

/** A time as REST writes it: ISO 8601, UTC, milliseconds. */
export const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

export const requestIdForm = expect.stringMatching(/^[\w.-]{8,}$/)

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** What no answer may show: stack frames, file names, SQL, and the words of the libraries underneath. */
const leaks =
  /\n\s+at |node:internal|node_modules|\/dist\/|\/src\/|\.[cm]?[jt]s\b:?\d*|\b(SELECT|INSERT|UPDATE|DELETE) .*\b(FROM|INTO|SET)\b|prisma|postgres|pglite|pothos|P20\d\d|ECONN|zod/i

export const expectNoLeak = (text: string): void => expect(text).not.toMatch(leaks)

/** The one error form of REST: exactly these fields beside `more`, and the id of the request in body and header alike. */
export function expectRestError(answer: Answer, status: number, code: string, more: object = {}): void {
  expect({ status: answer.status, body: answer.json }).toEqual({
    status,
    body: { error: expect.stringMatching(/\S/), code, requestId: requestIdForm, ...more },
  })
  expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'))
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  expectNoLeak(answer.text)
}

/** The fields that an answer calls invalid, sorted. */
export const faultyFields = (answer: Answer): string[] =>
  (answer.json.details ?? []).map(({ path }: { path: string }) => path).sort()

/** A contact that has agreed to be written to and, with `open`, has just written. */
export async function consentingContact(
  server: TestServer,
  { open = false, phone = newPhone(), headers = {} } = {},
): Promise<{ id: string; phone: string }> {
  const { status, json, text } = await server.rest('POST', '/contacts', { phone, optedIn: true }, headers)
  if (status !== 201) throw new Error(text)
  if (open) await received(server, await server.customerWrites(phone, 'Namaste'))
  return { id: json.id, phone }
}

/** The message with this wamid, once it is here. */
export const received = (server: TestServer, wamid: string): Promise<{ id: string; conversationId: string }> =>
  find(async () => {
    const query = 'query ($id: ID!) { message(id: $id) { id conversationId } }'
    return (await server.graphql(query, { id: wamid }, noLimit())).data?.message
  })

/** Comes from an address that nobody else uses, where TRUST_PROXY lets it say so. */
export const noLimit = () => ({ 'x-forwarded-for': newAddress() })

const byte = () => Math.floor(Math.random() * 256)
export const newAddress = (): string => `10.${byte()}.${byte()}.${byte()}`

/** Hands a body to the webhook ingress, signed as WhatsApp signs. */
export const deliver = (server: TestServer, body: string | Uint8Array, headers = {}): Promise<Answer> =>
  server.call('POST', '/webhooks/whatsapp', body, {
    'x-hub-signature-256': `sha256=${createHmac('sha256', 'simulator-app-secret').update(body).digest('hex')}`,
    ...headers,
  })
