import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../context.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { answerGraphQL } from '../graphql/plain-post.js'
import { jsonBody } from '../graphql/read-requests.js'
import type { Yoga } from '../graphql/yoga.js'
import { maxBodyBytes } from './body.js'
import { errorFor, sendGraphQLError } from './errors.js'

/** What every request to /graphql goes through, in this order (http/app): the same functions that Express is given. */
export type PlainDoor = {
  ctx: Context
  yoga: Yoga
  /** Says who asked and what came of it: the headers of every answer, and the line in the log. */
  begin(req: IncomingMessage, res: ServerResponse): void
  /** Counts it by its address. @throws RATE_LIMITED. */
  count(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Looks at the key, and counts it by that. @throws UNAUTHENTICATED, RATE_LIMITED. */
  admit(req: IncomingMessage, res: ServerResponse): Promise<GraphContext>
}

/**
 * Nearly every request to /graphql is a JSON body by POST, of a program that holds a key. Those are answered without
 * Express, which takes longer than a small read. Pages of other origins, the console, files and everything unusual are
 * Express's. Whether this is a plain one:
 */
export function isPlainPost({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    url === '/graphql' &&
    headers.authorization !== undefined &&
    headers.origin === undefined &&
    jsonBody.test(headers['content-type'] ?? '') &&
    Number(headers['content-length']) <= maxBodyBytes &&
    headers['transfer-encoding'] === undefined &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined
  )
}

export async function answerPlainPost(door: PlainDoor, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    door.begin(req, res)
    await door.count(req, res)
    const graphContext = await door.admit(req, res)
    const body = await bodyOf(req)
    if (body !== null) await answerGraphQL(door.yoga, graphContext, req, res, body)
  } catch (error) {
    if (res.headersSent) res.destroy()
    else sendGraphQLError(res, errorFor(door.ctx.logger, req, error))
  }
}

/** The whole body, whose length has been looked at; null where its sender has gone. */
function bodyOf(req: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    req.on('close', () => resolve(null))
    req.on('error', () => resolve(null))
  })
}
