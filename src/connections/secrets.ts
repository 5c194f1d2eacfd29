import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Context } from '../context.js'
import { DomainError } from '../core/errors.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import { SecretError } from '../secrets/cipher.js'
import type { Credentials } from '../whatsapp/provider.js'

/** The secrets behind a number: to call WhatsApp with, and to check what claims to come from there. */
export type ConnectionSecrets = { credentials: Credentials; appSecret: string; verifyToken: string }

/** What of a connection its secrets are read from. */
export type SecretsOwner = Pick<WhatsAppConnection, 'phoneNumberId' | 'businessAccountId' | 'source' | 'secrets'>

export type StoredSecrets = { accessToken: string; appSecret: string; verifyToken: string }

const storedShape = z.object({ accessToken: z.string(), appSecret: z.string(), verifyToken: z.string() })

/**
 * The one place where the secrets of a number are read. Never to be logged or shown.
 * @throws NOT_CONFIGURED where the number is disconnected, or its secrets cannot be decrypted.
 */
export function connectionSecrets(ctx: Context, connection: SecretsOwner): ConnectionSecrets {
  const { phoneNumberId, businessAccountId, source } = connection
  const { accessToken, appSecret, verifyToken } =
    source === 'ENVIRONMENT' ? ctx.config.whatsapp : unsealSecrets(ctx, connection)
  return { credentials: { phoneNumberId, businessAccountId, accessToken }, appSecret, verifyToken }
}

/** The same, or null where they cannot be read; for work over the numbers of many. */
export function readableSecrets(ctx: Context, connection: SecretsOwner): ConnectionSecrets | null {
  try {
    return connectionSecrets(ctx, connection)
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}

export const sealSecrets = (ctx: Context, phoneNumberId: string, secrets: StoredSecrets) =>
  ctx.secrets.seal(JSON.stringify(secrets), contextOf(phoneNumberId))

/** @throws NOT_CONFIGURED. */
export function unsealSecrets(
  ctx: Context,
  { phoneNumberId, secrets }: Pick<WhatsAppConnection, 'phoneNumberId' | 'secrets'>,
): StoredSecrets {
  if (secrets === null) throw new DomainError('NOT_CONFIGURED', 'This WhatsApp number is disconnected.')
  try {
    return storedShape.parse(JSON.parse(ctx.secrets.open(secrets, contextOf(phoneNumberId))))
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    throw new DomainError(
      'NOT_CONFIGURED',
      'The secrets of this WhatsApp number cannot be read: the operator must give the server the key they were encrypted with, or the number must be connected again.',
      { cause: error },
    )
  }
}

/** What was sealed for one number opens for no other. */
const contextOf = (phoneNumberId: string): string => `whatsapp:${phoneNumberId}`

/** By which WhatsApp's handshake finds the connection: the token itself is encrypted. */
export const verifyTokenHash = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest())
