import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { shownMessage } from './accepted.js'
import { ControlError } from './control-error.js'
import { webhookError } from './errors.js'
import { faultsUpdate, mergeFaults } from './faults.js'
import {
  BadBody,
  BodyTooLarge,
  controlReply,
  type Reply,
  readFields,
  rowsReply,
  sendReply,
  type Target,
} from './http.js'
import { isWamidLike } from './ids.js'
import { inboundInput, receiveInbound } from './inbound.js'
import type { JsonObject } from './json.js'
import { postOrphanStatus, postStatus, statusNames } from './statuses.js'
import type { World } from './world.js'

/** What the control API works on: the world of now, and the way to start another. */
export type ControlContext = { world: World; reset: () => void }

type ControlHandler = (context: ControlContext, input: { body: JsonObject; query: URLSearchParams }) => Reply

const statusInput = z.strictObject({
  id: z.string().min(1).max(512),
  status: z.enum(statusNames),
  timestamp: z.union([z.string().regex(/^\d{1,12}$/), z.number().int().min(0).max(999_999_999_999)]).optional(),
  errors: z.array(z.record(z.string(), z.unknown())).max(100).optional(),
})

/** Ten years: far enough for anything, and still a date. */
const mostAdvanceMs = 10 * 365 * 86_400_000

const clockInput = z.strictObject({ advanceMs: z.number().int().min(0).max(mostAdvanceMs) })

/** The table of contract.md, section 10. */
const routes: Readonly<Record<string, { method: 'GET' | 'POST'; handle: ControlHandler }>> = {
  inbound: {
    method: 'POST',
    handle: ({ world }, { body }) => controlReply({ id: receiveInbound(world, parse(inboundInput, body)) }),
  },
  statuses: { method: 'POST', handle: ({ world }, { body }) => controlReply({ id: sendStatus(world, body) }) },
  messages: {
    method: 'GET',
    handle: ({ world }, { query }) => rowsReply(world.accepted.after(afterSeq(query)).map(shownMessage)),
  },
  requests: { method: 'GET', handle: ({ world }, { query }) => rowsReply(world.requests.after(afterSeq(query))) },
  faults: {
    method: 'POST',
    handle: ({ world }, { body }) => {
      world.faults = mergeFaults(world.faults, parse(faultsUpdate, body))
      world.webhooks.wake()
      return controlReply(world.faults)
    },
  },
  clock: {
    method: 'POST',
    handle: ({ world }, { body }) => {
      const { advanceMs } = parse(clockInput, body)
      if (world.clock.advancedMs + advanceMs > mostAdvanceMs)
        throw new ControlError(400, 'the clock is too far ahead already')
      world.clock.advance(advanceMs)
      return controlReply({ now: world.clock.iso(), advancedMs: world.clock.advancedMs })
    },
  },
  reset: {
    method: 'POST',
    handle: ({ reset }) => {
      reset()
      return controlReply({ reset: true })
    },
  },
}

/** `/_simulator/...`, for tests and for a console on this machine. */
export async function serveControl(
  context: ControlContext,
  raw: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const { origin } = raw.headers
  if (origin !== undefined && isThisMachine(origin)) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-headers', 'content-type')
    response.setHeader('vary', 'origin')
  }
  await sendReply(raw, response, await answer(context, raw, target))
}

async function answer(context: ControlContext, raw: IncomingMessage, target: Target): Promise<Reply> {
  try {
    refuseOtherSites(raw.headers.origin)
    if (raw.method === 'OPTIONS') return controlReply({})
    const [, name = '', ...more] = target.segments
    const route = more.length === 0 && Object.hasOwn(routes, name) ? routes[name] : undefined
    if (!route) throw new ControlError(404, `There is no /_simulator/${[name, ...more].join('/')}`)
    if (raw.method !== route.method) throw new ControlError(405, `Use ${route.method}`)
    const body = route.method === 'POST' ? await readFields(raw) : {}
    return route.handle(context, { body, query: target.query })
  } catch (error) {
    const known = asControlError(error)
    return controlReply(known.body, known.status)
  }
}

function asControlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error
  if (error instanceof BadBody) return new ControlError(400, error.message)
  if (error instanceof BodyTooLarge) return new ControlError(413, 'The request body is too large')
  process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`)
  return new ControlError(500, 'Something went wrong in the simulator')
}

const isThisMachine = (origin: string) => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)

/** A page of another site could otherwise write as a customer through the browser of whoever runs this. */
function refuseOtherSites(origin: string | undefined): void {
  if (origin === undefined || isThisMachine(origin)) return
  throw new ControlError(403, 'The control API answers pages of this machine only')
}

/** The checked body, or 400 that names every field at fault. */
function parse<Output>(schema: z.ZodType<Output>, body: JsonObject): Output {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const details = result.error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known' }))
  })
  const named = details.map(({ path, message }) => (path ? `${path}: ${message}` : message))
  throw new ControlError(400, named.join('; '), details)
}

function afterSeq(query: URLSearchParams): number {
  const text = query.get('after') || '0'
  if (!/^\d{1,15}$/.test(text)) {
    throw new ControlError(400, 'after must be a whole number', [{ path: 'after', message: 'must be a whole number' }])
  }
  return Number(text)
}

/** One status webhook, for a wamid or the sender's own id of an accepted message. Answers the wamid. */
function sendStatus(world: World, body: JsonObject): string {
  const { id, status, timestamp, errors } = parse(statusInput, body)
  const given = errors ?? (status === 'failed' ? [webhookError(131026, 'Message undeliverable.')] : undefined)
  const fields = {
    status,
    timestamp: timestamp === undefined ? world.clock.timestamp() : String(timestamp),
    ...(given === undefined ? {} : { errors: given }),
  }
  const message = world.accepted.find(id)
  if (message) {
    postStatus(world, message, fields)
    return message.id
  }
  if (!isWamidLike(id)) throw new ControlError(404, `No message with the id ${id} has been accepted`)
  postOrphanStatus(world, id, fields)
  return id
}
