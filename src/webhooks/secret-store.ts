import type { Context } from '../context.js'

/** The only place that knows how a webhook's secret lies in the database. */
export const sealSecret = (_ctx: Context, secret: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(secret, 'utf8'))

export const openSecret = (_ctx: Context, sealed: Uint8Array): string => Buffer.from(sealed).toString('utf8')
