import { createHmac, randomBytes } from 'node:crypto'
import type { WebhookSignatureFormat } from '../generated/prisma/client.js'

/**
 * How a delivery is signed (contract, section 8): `X-Kaanha-Signature` as the reference has it, and the three headers of
 * Standard Webhooks (https://www.standardwebhooks.com), whose libraries verify ours.
 */

const standardPrefix = 'whsec_'

export const generateSecret = (): string => `${standardPrefix}${randomBytes(32).toString('base64')}`

/** Why a secret cannot be used, following the word "secret"; null where it can. */
export function secretFault(secret: string, { min, max }: { min: number; max: number }): string | null {
  if (secret.length < min || secret.length > max) return `must have ${min} to ${max} characters`
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'must be of printable ASCII characters, without spaces'
  if (!secret.startsWith(standardPrefix)) return null
  const encoded = secret.slice(standardPrefix.length)
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length >= min && bytes.toString('base64') === encoded) return null
  return `must be base64 of at least ${min} bytes behind ${standardPrefix}`
}

/** The key of Standard Webhooks: the decoded bytes of a `whsec_` secret; of any other text, its bytes in UTF-8. */
const standardKey = (secret: string): Buffer =>
  secret.startsWith(standardPrefix)
    ? Buffer.from(secret.slice(standardPrefix.length), 'base64')
    : Buffer.from(secret, 'utf8')

export type Signed = {
  /** Exactly what is posted. */
  body: string
  eventId: string
  at: Date
  format: WebhookSignatureFormat
  secret: string
  /** The one before, while it still signs too. */
  previousSecret: string | null
}

/** The headers that prove where a delivery comes from. `X-Kaanha-Signature` has room for one: that of the newest secret. */
export function signatureHeaders({
  body,
  eventId,
  at,
  format,
  secret,
  previousSecret,
}: Signed): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000).toString()
  const content = `${eventId}.${timestamp}.${body}`
  const standard = [secret, ...(previousSecret === null ? [] : [previousSecret])].map(
    (each) => `v1,${createHmac('sha256', standardKey(each)).update(content).digest('base64')}`,
  )
  const hex = createHmac('sha256', Buffer.from(secret, 'utf8')).update(body).digest('hex')
  return {
    'x-kaanha-signature': format === 'PREFIXED' ? `sha256=${hex}` : hex,
    'webhook-id': eventId,
    'webhook-timestamp': timestamp,
    'webhook-signature': standard.join(' '),
  }
}
