import type { Request, RequestHandler } from 'express'
import type { GraphQLParams } from 'graphql-yoga'
import { badRequest, DomainError } from '../core/errors.js'
import type { IncomingFile } from '../core/incoming-file.js'
import { parseJsonObject } from '../core/json-body.js'
import { isMultipart, readMultipart } from '../core/multipart.js'

const operations = new WeakMap<Request, GraphQLParams>()

/** The operation of a multipart request, with the file in its place; undefined for any other request. */
export const multipartOperation = (req: Request): GraphQLParams | undefined => operations.get(req)

/**
 * Reads a request of the GraphQL multipart request specification as far as its file, whose bytes the operation then
 * reads itself as they come. A page of another site cannot make a browser send one: without the Authorization header,
 * which needs a preflight, nothing comes this far. Yoga's own reading would hold the whole file in memory.
 */
export const graphqlUpload = (): RequestHandler => async (req, res, next) => {
  if (req.method !== 'POST' || !isMultipart(req)) return next()
  const body = await readMultipart(req, {
    fields: ['operations', 'map'],
    isFile: (name, fields) => namesFile(fields.get('map'), name),
  })
  res.once('close', body.done)
  const { operations: operation, map } = Object.fromEntries(body.fields)
  if (operation === undefined || map === undefined) {
    throw badRequest([{ path: operation === undefined ? 'operations' : 'map', message: 'must come before the file' }])
  }
  if (!body.file) throw badRequest([{ path: 'map', message: 'names no file part that is there' }])
  operations.set(req, withFile(parsed(operation, 'operations'), pathOf(map), body.file))
  next()
}

const parsed = (text: string, path: string): Record<string, unknown> => {
  try {
    return parseJsonObject(Buffer.from(text))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw badRequest([{ path, message: 'must be a JSON object' }])
  }
}

function namesFile(map: string | undefined, name: string): boolean {
  return map !== undefined && Object.hasOwn(parsed(map, 'map'), name)
}

/** The one place that the map gives to the one file. */
function pathOf(map: string): string[] {
  const entries = Object.values(parsed(map, 'map'))
  const [paths] = entries
  const [path] = Array.isArray(paths) ? paths : []
  if (entries.length !== 1 || !Array.isArray(paths) || paths.length !== 1 || typeof path !== 'string') {
    throw badRequest([{ path: 'map', message: 'must give one file one place, such as { "0": ["variables.file"] }' }])
  }
  return path.split('.')
}

/** The specification has null where a file belongs. */
function withFile(operation: Record<string, unknown>, path: string[], file: IncomingFile): GraphQLParams {
  const misplaced = badRequest([{ path: 'map', message: 'must name a place in variables that holds null' }])
  if (path[0] !== 'variables') throw misplaced
  let place: unknown = operation
  for (const name of path.slice(0, -1)) {
    place = isHolder(place) && Object.hasOwn(place, name) ? place[name] : undefined
  }
  const last = path.at(-1) ?? ''
  if (!isHolder(place) || !Object.hasOwn(place, last) || place[last] !== null) throw misplaced
  place[last] = file
  return operation
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
