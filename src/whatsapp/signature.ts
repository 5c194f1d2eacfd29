import { createHmac, timingSafeEqual } from 'node:crypto'

const form = /^sha256=([0-9a-f]{64})$/i

/**
 * Whether `X-Hub-Signature-256` is WhatsApp's for this body: `sha256=` and the hex HMAC-SHA256 of the raw bytes under
 * the app secret (whatsapp-cloud-api.md, section 4). The bytes must be those that came: Meta escapes what JSON need
 * not escape, so a body parsed and written again has another signature. Compared in constant time. Never throws.
 */
export function verifySignature(rawBody: Uint8Array, header: unknown, appSecret: string): boolean {
  if (typeof header !== 'string' || appSecret === '') return false
  const hex = form.exec(header)?.[1]
  if (hex === undefined) return false
  const expected = createHmac('sha256', appSecret).update(rawBody).digest()
  return timingSafeEqual(Buffer.from(hex, 'hex'), expected)
}
