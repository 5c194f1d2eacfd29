import type { Context } from '../context.js'
import { parseRetryAfter } from '../core/retry-after.js'
import { beginningOf } from '../core/streams.js'
import { FetchRefused } from '../net/public-fetcher.js'
import { SecretError } from '../secrets/cipher.js'
import type { Claimed } from './claim.js'
import { webhookLimits } from './limits.js'
import { openSecret } from './secret-store.js'
import { signatureHeaders } from './signature.js'

/** One attempt and what came of it. `error` null: delivered. */
export type Outcome = {
  at: Date
  requestHeaders: Record<string, string>
  responseCode: number | null
  responseBody: string | null
  durationMs: number
  error: string | null
  retryAfterMs: number | null
}

/** Posts a delivery once. Never throws: whatever goes wrong is the outcome; null where the signal broke it off. */
export async function attempt(ctx: Context, delivery: Claimed, signal: AbortSignal): Promise<Outcome | null> {
  const at = ctx.clock.now()
  const begunMs = performance.now()
  let requestHeaders: Record<string, string> = {}
  const done = (outcome: Pick<Outcome, 'responseCode' | 'responseBody' | 'error' | 'retryAfterMs'>): Outcome => ({
    at,
    requestHeaders,
    durationMs: Math.round(performance.now() - begunMs),
    ...outcome,
  })
  try {
    requestHeaders = headersOf(ctx, delivery, at)
    const { status, headers, body } = await ctx.publicFetcher.request({
      url: delivery.url,
      method: 'POST',
      headers: requestHeaders,
      body: delivery.body,
      timeoutMs: webhookLimits.timeoutMs,
      anyEncoding: true,
      signal,
    })
    return done({
      responseCode: status,
      responseBody: asKept(await beginningOf(body, webhookLimits.responseBytes, 'ends')),
      error: faultOf(status),
      retryAfterMs: parseRetryAfter(headers['retry-after'], ctx.clock.now()),
    })
  } catch (error) {
    if (signal.aborted) return null
    if (!(error instanceof FetchRefused)) ctx.logger.error({ err: error }, 'a webhook could not be posted')
    return done({ responseCode: null, responseBody: null, error: reasonOf(error), retryAfterMs: null })
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SecretError) return 'The secret of the webhook cannot be decrypted: it needs a new one.'
  return `The URL ${error instanceof FetchRefused ? error.message : 'could not be reached'}.`
}

function headersOf(ctx: Context, delivery: Claimed, at: Date): Record<string, string> {
  const { previousSecret, previousSecretUntil } = delivery
  const both = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > at
  return {
    'content-type': 'application/json',
    'user-agent': 'kaanha-graph-webhooks',
    ...signatureHeaders({
      body: delivery.body,
      eventId: delivery.eventId,
      at,
      format: delivery.signatureFormat,
      secret: openSecret(ctx, delivery.webhookId, delivery.secret),
      previousSecret: both ? openSecret(ctx, delivery.webhookId, previousSecret) : null,
    }),
  }
}

function faultOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return `The endpoint answered ${status}: redirects are not followed.`
  return `The endpoint answered ${status}.`
}

/** As text that the database can hold. */
const asKept = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\u0000', '')
