import { createHmac } from 'node:crypto'
import type { TestServer } from './server.js'

/** Webhooks as Meta posts them, for what the simulator does not do by itself. */

export const phoneNumberId = '100000000000001'
const appSecret = 'simulator-app-secret'

export const sign = (body: string | Buffer, secret = appSecret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

/** A body around one `value` of the field `messages`, for the number of the demo organization unless told otherwise. */
export const webhookBody = (
  value: Record<string, unknown>,
  numberId = phoneNumberId,
  businessAccountId = '200000000000001',
) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: businessAccountId,
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '919876543210', phone_number_id: numberId },
            ...value,
          },
        },
      ],
    },
  ],
})

let counter = 0
export const newWamid = (): string => `wamid.TEST${process.pid}x${++counter}`

export const nowSeconds = (): string => String(Math.floor(Date.now() / 1000))

/** A text of a customer's; `more` replaces or adds fields of the message object. */
export const textFrom = (phone: string, text: string, more: Record<string, unknown> = {}) => ({
  contacts: [{ profile: { name: 'Asha Rao' }, wa_id: phone.slice(1) }],
  messages: [
    { from: phone.slice(1), id: newWamid(), timestamp: nowSeconds(), type: 'text', text: { body: text }, ...more },
  ],
})

/** Posts the bytes as they are; `signature` null sends none. Answers the status. */
export async function postWebhook(
  server: TestServer,
  body: string | Record<string, unknown>,
  signature?: string | null,
): Promise<number> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  const header = signature === undefined ? sign(raw) : signature
  const response = await fetch(`${server.url}/webhooks/whatsapp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(header === null ? {} : { 'x-hub-signature-256': header }) },
    body: raw,
  })
  await response.arrayBuffer()
  return response.status
}
