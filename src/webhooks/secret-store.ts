import type { Context } from '../context.js'

/** The only place that knows how a webhook's secret lies in the database: encrypted, and of use to this webhook alone. */
export const sealSecret = (ctx: Context, webhookId: string, secret: string): Uint8Array<ArrayBuffer> =>
  ctx.secrets.seal(secret, contextOf(webhookId))

/** @throws SecretError where it cannot be decrypted. */
export const openSecret = (ctx: Context, webhookId: string, sealed: Uint8Array): string =>
  ctx.secrets.open(sealed, contextOf(webhookId))

const contextOf = (webhookId: string) => `webhook:${webhookId}`
