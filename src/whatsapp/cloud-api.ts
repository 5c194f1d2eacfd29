import { parseJson } from './answers.js'
import { download } from './download.js'
import { ExchangeFailure } from './exchange.js'
import { createGraphCalls, type GraphCalls, isSuccess } from './graph-calls.js'
import { createHttpClient, type HttpClient } from './http-client.js'
import { uploadForm } from './multipart.js'
import { readReceiptPayload, sendPayload } from './outbound.js'
import {
  type Credentials,
  type SendOutcome,
  type SendRequest,
  UpstreamFailure,
  type WhatsAppProvider,
} from './provider.js'
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

const rowsPerPage = 100
/** An account may have some thousands of templates; more pages than this are a loop. */
const maxPages = 250

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
  const graph = createGraphCalls(http, base)

  return {
    send: (credentials, request) => send(http, graph, credentials, request),

    async markRead(credentials, wamid, { typing }) {
      const body = readReceiptPayload(wamid, typing)
      await graph.ask(wire.successReply, () => graph.post(credentials, [credentials.phoneNumberId, 'messages'], body))
    },

    phoneNumber: (credentials) =>
      graph.ask(wire.phoneNumberReply, () =>
        graph.get(credentials, [credentials.phoneNumberId], { fields: wire.phoneNumberFields }),
      ),

    templates: (credentials) =>
      accountList(graph, credentials, 'message_templates', wire.templateFields, wire.templatesReply),

    phoneNumbers: (credentials) =>
      accountList(graph, credentials, 'phone_numbers', wire.phoneNumberFields, wire.phoneNumbersReply),

    async uploadMedia(credentials, media) {
      media.stream.on('error', () => {})
      try {
        const path = [credentials.phoneNumberId, 'media']
        return await graph.ask(wire.uploadReply, () => graph.upload(credentials, path, uploadForm(media)), 'transfer')
      } finally {
        media.stream.destroy()
      }
    },

    mediaInfo: (credentials, mediaId) => graph.ask(wire.mediaReply, () => graph.get(credentials, [mediaId])),

    downloadMedia: (credentials, url) => download(http, new URL(base).origin, credentials.accessToken, url),

    async deleteMedia(credentials, mediaId) {
      await graph.ask(wire.successReply, () => graph.delete(credentials, [mediaId]))
    },

    async subscribeApp(credentials, { callbackUrl, verifyToken }) {
      const body = { override_callback_uri: callbackUrl, verify_token: verifyToken }
      const path = [credentials.businessAccountId, 'subscribed_apps']
      await graph.ask(wire.successReply, () => graph.post(credentials, path, body))
    },

    close: () => http.close(),
  }
}

async function send(
  http: HttpClient,
  graph: GraphCalls,
  credentials: Credentials,
  request: SendRequest,
): Promise<SendOutcome> {
  try {
    const path = [credentials.phoneNumberId, 'messages']
    const { status, body } = await http.exchange(graph.post(credentials, path, sendPayload(request)))
    return outcomeOf(status, parseJson(body))
  } catch (error) {
    const { written, message } = error instanceof ExchangeFailure ? error : new ExchangeFailure(true, error)
    return { outcome: written ? 'unknown' : 'not_sent', reason: message }
  }
}

/** Only WhatsApp's own words settle a send; what a proxy or a crash answers in its place leaves it open. */
function outcomeOf(httpStatus: number, body: unknown): SendOutcome {
  const reply = isSuccess(httpStatus) ? wire.readSendReply(body) : null
  if (reply) return { outcome: 'accepted', ...reply }
  const error = parseUpstreamError(body)
  if (error) return { outcome: 'refused', error, httpStatus }
  return { outcome: 'unknown', reason: `HTTP ${httpStatus} with neither a message id nor an error of WhatsApp's` }
}

/** The rows of an edge of the account, over all its pages. */
async function* accountList<Row>(
  graph: GraphCalls,
  credentials: Credentials,
  edge: string,
  fields: string,
  reply: Parameters<typeof graph.ask<{ rows: Row[]; next: string | null }>>[0],
): AsyncGenerator<Row> {
  const path = [credentials.businessAccountId, edge]
  let query: Record<string, string> = { fields, limit: String(rowsPerPage) }
  for (let page = 0; page < maxPages; page += 1) {
    const pageQuery = query
    const { rows, next } = await graph.ask(reply, () => graph.get(credentials, path, pageQuery))
    yield* rows
    if (next === null) return
    query = { ...query, after: next }
  }
  throw new UpstreamFailure(`there are more than ${maxPages} pages of ${edge}`)
}
