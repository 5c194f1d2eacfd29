import type { IncomingMessage, ServerResponse } from 'node:http'
import { GraphError, invalidParameter } from './errors.js'
import type { GraphRequest } from './graph.js'
import { BadBody, BodyTooLarge, graphReply, type Reply, readFields, sendReply, type Target } from './http.js'
import { newTraceId } from './ids.js'
import type { JsonObject } from './json.js'
import { bytesPath, mediaBytes } from './media.js'
import { findHandler, parseGraphPath } from './routes.js'
import type { World } from './world.js'

/**
 * Everything on Meta's paths: logged, answered, and kept back where a latency is set. What the answer tells has
 * happened by then, so a status webhook can overtake it.
 */
export async function serveGraph(world: World, raw: IncomingMessage, response: ServerResponse, target: Target) {
  const logged = world.requests.add(raw.method ?? 'GET', target)
  const reply = await answer(world, raw, target)
  if (world.faults.latencyMs > 0) await keepBack(response, world.faults.latencyMs)
  if (reply !== 'drop') logged.status = reply.status
  await sendReply(raw, response, reply)
}

/** Waits, but not for a client that has gone away. */
const keepBack = (response: ServerResponse, latencyMs: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, latencyMs)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })

async function answer(world: World, raw: IncomingMessage, target: Target): Promise<Reply> {
  try {
    if (bytesPath.every((part, index) => target.segments[index] === part)) {
      authenticate(world, raw, target)
      return mediaBytes(world, target.query)
    }
    const { id, edge } = parseGraphPath(target.segments)
    authenticate(world, raw, target)
    const handler = findHandler(world, raw.method ?? 'GET', id, edge)
    return await handler(world, graphRequest(raw, target, id))
  } catch (error) {
    return refusal(world, error)
  }
}

/** Any error as Meta's envelope; one that nobody expected is Meta's own code 1. */
function refusal(world: World, error: unknown): Reply {
  const known = asGraphError(error)
  const traceId = newTraceId(world.random)
  return graphReply(known.envelope(traceId), known.status, {
    'x-fb-trace-id': traceId,
    ...(known.status === 401
      ? { 'www-authenticate': `OAuth "Facebook Platform" "invalid_token" "${known.message}"` }
      : {}),
  })
}

function asGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error
  if (error instanceof BodyTooLarge) {
    return new GraphError({ code: 1, status: 413, message: 'Request Entity Too Large' })
  }
  if (error instanceof BadBody) return invalidParameter('Invalid parameter', error.message)
  process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`)
  return new GraphError({ code: 1, status: 500 })
}

/** Throws 401 with code 190 unless the request carries the token, as a bearer or as `access_token`. */
function authenticate(world: World, raw: IncomingMessage, target: Target): void {
  const bearer = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(raw.headers.authorization?.trim() ?? '')?.[1]
  const token = bearer ?? target.query.get('access_token')
  if (token !== world.options.accessToken) {
    throw new GraphError({ code: 190, message: 'Invalid OAuth access token - Cannot parse access token' })
  }
  if (world.faults.tokenExpired) {
    throw new GraphError({
      code: 190,
      subcode: 463,
      message: 'Error validating access token: Session has expired. The current time is later than its expiry.',
    })
  }
}

function graphRequest(raw: IncomingMessage, target: Target, id: string): GraphRequest {
  let read: Promise<JsonObject> | null = null
  const fields = () => {
    read ??= readFields(raw)
    return read
  }
  return {
    raw,
    target,
    id,
    baseUrl: `http://${baseHost(raw)}`,
    fields,
    params: async () => ({ ...Object.fromEntries(target.query), ...(await fields()) }),
  }
}

/** Links lead back the way the caller came, as long as its Host header is one. */
function baseHost(raw: IncomingMessage): string {
  const host = raw.headers.host ?? ''
  if (/^[A-Za-z0-9.\-[\]:]+$/.test(host)) return host
  return `127.0.0.1:${raw.socket.localPort ?? 0}`
}
