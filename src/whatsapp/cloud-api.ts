import type { z } from 'zod'
import { answeredWith, failureOf, parseJson } from './answers.js'
import { download } from './download.js'
import { ExchangeFailure, type ExchangeRequest } from './exchange.js'
import { createHttpClient } from './http-client.js'
import { uploadForm } from './multipart.js'
import { readReceiptPayload, sendPayload } from './outbound.js'
import { type Credentials, type SendOutcome, UpstreamFailure, type WhatsAppProvider } from './provider.js'
import { parseUpstreamError } from './upstream-error.js'
import * as wire from './wire.js'

export type CloudApiOptions = {
  /** Meta's Graph API or a simulator of it, without the version: "https://graph.facebook.com". */
  baseUrl: string
  /** "v24.0" */
  version: string
  connectTimeoutMs?: number | undefined
  /** From a request's first byte written to its answer's last byte read. */
  responseTimeoutMs?: number | undefined
  /** How long a call waits where every connection is in use. */
  waitTimeoutMs?: number | undefined
  /** The longest that an upload or download may take in all. */
  transferTimeoutMs?: number | undefined
  connections?: number | undefined
  maxWaiting?: number | undefined
}

/** The largest answer is a page of 100 templates. */
const maxAnswerBytes = 8 * 1024 * 1024

const templatesPerPage = 100
/** An account may have some thousands of templates; more pages than this are a loop. */
const maxTemplatePages = 250

/** WhatsApp over Meta's Cloud API (whatsapp-cloud-api.md). Close it to let go of its connections. */
export function createCloudApi(options: CloudApiOptions): WhatsAppProvider {
  const http = createHttpClient({
    connections: options.connections ?? 128,
    maxWaiting: options.maxWaiting ?? 2000,
    waitTimeoutMs: options.waitTimeoutMs ?? 5_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    answerTimeoutMs: options.responseTimeoutMs ?? 15_000,
    transferTimeoutMs: options.transferTimeoutMs ?? 120_000,
    maxAnswerBytes,
  })
  const base = `${options.baseUrl.replace(/\/+$/, '')}/${options.version}`

  /** Ids are the account's own input: one that would climb out of its place in the path names nothing. */
  function urlOf(...segments: string[]): URL {
    if (segments.some((segment) => ['', '.', '..'].includes(segment))) throw new ExchangeFailure(false, 'no such id')
    return new URL(`${base}/${segments.map(encodeURIComponent).join('/')}`)
  }

  const headersFor = ({ accessToken }: Credentials) => ({
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'kaanha-graph',
    accept: 'application/json',
  })

  const get = (credentials: Credentials, url: URL): ExchangeRequest => ({
    url,
    method: 'GET',
    headers: headersFor(credentials),
  })

  const post = (credentials: Credentials, url: URL, body: unknown): ExchangeRequest => ({
    url,
    method: 'POST',
    headers: { ...headersFor(credentials), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  /** The answer where it is what `schema` says. @throws UpstreamFailure otherwise. */
  async function call<T>(
    schema: z.ZodType<T>,
    request: () => ExchangeRequest,
    kind: 'call' | 'transfer' = 'call',
  ): Promise<T> {
    try {
      const { status, body } = await http.exchange(request(), kind)
      const answer = parseJson(body)
      const { data } = schema.safeParse(answer)
      if (isSuccess(status) && data !== undefined) return data
      throw answeredWith(status, answer)
    } catch (error) {
      throw failureOf(error)
    }
  }

  return {
    async send(credentials, request): Promise<SendOutcome> {
      try {
        const url = urlOf(credentials.phoneNumberId, 'messages')
        const { status, body } = await http.exchange(post(credentials, url, sendPayload(request)))
        return outcomeOf(status, parseJson(body))
      } catch (error) {
        const { written, message } = error instanceof ExchangeFailure ? error : new ExchangeFailure(true, error)
        return { outcome: written ? 'unknown' : 'not_sent', reason: message }
      }
    },

    async markRead(credentials, wamid, { typing }) {
      await call(wire.successReply, () =>
        post(credentials, urlOf(credentials.phoneNumberId, 'messages'), readReceiptPayload(wamid, typing)),
      )
    },

    phoneNumber: (credentials) =>
      call(wire.phoneNumberReply, () => {
        const url = urlOf(credentials.phoneNumberId)
        url.searchParams.set('fields', wire.phoneNumberFields)
        return get(credentials, url)
      }),

    async *templates(credentials) {
      let after: string | null = null
      for (let page = 0; page < maxTemplatePages; page += 1) {
        const cursor: string | null = after
        const reply = await call(wire.templatesReply, () => {
          const url = urlOf(credentials.businessAccountId, 'message_templates')
          url.searchParams.set('fields', wire.templateFields)
          url.searchParams.set('limit', String(templatesPerPage))
          if (cursor !== null) url.searchParams.set('after', cursor)
          return get(credentials, url)
        })
        yield* reply.templates
        after = reply.next
        if (after === null) return
      }
      throw new UpstreamFailure(`there are more than ${maxTemplatePages} pages of templates`)
    },

    async uploadMedia(credentials, media) {
      media.stream.on('error', () => {})
      try {
        return await call(
          wire.uploadReply,
          () => {
            const { body, contentType, contentLength } = uploadForm(media)
            const headers = {
              ...headersFor(credentials),
              'content-type': contentType,
              'content-length': String(contentLength),
            }
            return { url: urlOf(credentials.phoneNumberId, 'media'), method: 'POST', headers, body }
          },
          'transfer',
        )
      } finally {
        media.stream.destroy()
      }
    },

    mediaInfo: (credentials, mediaId) => call(wire.mediaReply, () => get(credentials, urlOf(mediaId))),

    downloadMedia: (credentials, url) => download(http, new URL(base).origin, credentials.accessToken, url),

    async deleteMedia(credentials, mediaId) {
      await call(wire.successReply, () => ({ ...get(credentials, urlOf(mediaId)), method: 'DELETE' }))
    },

    async subscribeApp(credentials, { callbackUrl, verifyToken }) {
      await call(wire.successReply, () =>
        post(credentials, urlOf(credentials.businessAccountId, 'subscribed_apps'), {
          override_callback_uri: callbackUrl,
          verify_token: verifyToken,
        }),
      )
    },

    close: () => http.close(),
  }
}

const isSuccess = (status: number) => status >= 200 && status < 300

/** Only WhatsApp's own words settle a send; what a proxy or a crash answers in its place leaves it open. */
function outcomeOf(httpStatus: number, body: unknown): SendOutcome {
  const reply = isSuccess(httpStatus) ? wire.readSendReply(body) : null
  if (reply) return { outcome: 'accepted', ...reply }
  const error = parseUpstreamError(body)
  if (error) return { outcome: 'refused', error, httpStatus }
  return { outcome: 'unknown', reason: `HTTP ${httpStatus} with neither a message id nor an error of WhatsApp's` }
}
