import { z } from 'zod'
import { scopesOf } from '../operations/execute.js'
import { components } from '../operations/schemas.js'
import { errorBody } from './bodies.js'
import { type Route, routes } from './routes.js'

type Json = Record<string, unknown>
type AnyRoute = Route<unknown, unknown>

const base = '/api/whatsapp-api'

const tags: Record<AnyRoute['doc']['tag'] | 'Broadcasts', string> = {
  Connection: 'The WhatsApp number.',
  Contacts: 'The people who are written to.',
  Conversations: 'One for each contact and number.',
  Messages: 'What was written, in both directions.',
  Media: 'Files to send, and files that came.',
  Events: 'Everything that happens, in one order.',
  Broadcasts: 'One template to many contacts; the rest of them is in GraphQL.',
}

const errors: Record<number, string> = {
  400: 'Something given is missing or wrong: `details` names it. Also FILE_TOO_LARGE, WINDOW_CLOSED, CURSOR_EXPIRED.',
  401: 'No key, or none that is good.',
  403: 'The key lacks the scope, or the contact has not agreed to be written to.',
  404: 'There is no such thing.',
  409: 'The phone is known already, or the idempotency key was used for something else or is in flight.',
  429: 'Too many requests, or too many messages to this recipient: `Retry-After` says how long to wait, in seconds.',
  500: "WhatsApp refused for a reason that is not the caller's (UPSTREAM), or something went wrong here (INTERNAL).",
}

const requestId = {
  'X-Request-Id': { description: 'Finds the request in the log.', schema: { type: 'string' } },
}
const limitHeaders = Object.fromEntries(
  ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].map((name) => [
    name,
    { description: 'Of the requests of this address in a minute; `Reset` in seconds.', schema: { type: 'string' } },
  ]),
)

const ref = (schema: z.ZodType): Json => {
  const id = components.get(schema)?.id
  if (!id) throw new Error('A body of a route has no name among the components.')
  return { $ref: `#/components/schemas/${id}` }
}
const jsonBody = (schema: Json) => ({ 'application/json': { schema } })
const plain = (schema: z.ZodType): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}

const file = { type: 'string', contentMediaType: 'application/octet-stream' }

function requestBody({ method, doc }: AnyRoute): Json {
  if (method === 'GET') return {}
  const content = doc.body
    ? jsonBody(ref(doc.body))
    : { 'multipart/form-data': { schema: { type: 'object', required: ['file'], properties: { file } } } }
  return { requestBody: { required: true, content } }
}

function parameters({ path, doc }: AnyRoute): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(doc.query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = plain(schema as z.ZodType)
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: rest }
  })
  const header = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Up to 255 characters. The same again answers the same, and sends nothing.',
    schema: { type: 'string', maxLength: 255 },
  }
  return [...inPath, ...inQuery, ...(doc.takesIdempotencyKey ? [header] : [])]
}

function operation(route: AnyRoute): Json {
  const { doc, status } = route
  const scopes = scopesOf(route.operation).flat()
  const failures = [400, 401, 403, ...(doc.also ?? []), 429, 500].sort((a, b) => a - b)
  const replayed = { description: '`true` where this is the first answer again.', schema: { type: 'string' } }
  return {
    operationId: doc.operationId,
    summary: doc.summary,
    description: scopes.length > 0 ? `Scope: ${scopes.join(' or ')}.` : 'Any key.',
    tags: [doc.tag],
    parameters: parameters(route),
    ...requestBody(route),
    responses: {
      [status]: {
        description: 'As asked.',
        headers: {
          ...requestId,
          ...limitHeaders,
          ...(doc.takesIdempotencyKey ? { 'Idempotent-Replayed': replayed } : {}),
        },
        content: jsonBody(ref(doc.answer)),
      },
      ...Object.fromEntries(failures.map((code) => [code, { $ref: `#/components/responses/${code}` }])),
    },
  }
}

/** `GET /api/media/{mediaId}` is no row of the table: it answers bytes. */
const mediaBytes: Json = {
  operationId: 'downloadMedia',
  summary: 'The bytes of a file.',
  description: 'Scope: media:read.',
  tags: ['Media'],
  parameters: [
    { name: 'mediaId', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'Range', in: 'header', required: false, schema: { type: 'string' } },
  ],
  responses: {
    200: { description: 'All of it.', content: { '*/*': { schema: file } } },
    206: { description: 'The range that was asked for.', content: { '*/*': { schema: file } } },
    304: { description: 'The caller has it: `If-None-Match` names its ETag.' },
    416: { description: 'The file has no such range.', content: jsonBody(ref(errorBody)) },
    ...Object.fromEntries([401, 403, 404, 429, 500].map((code) => [code, { $ref: `#/components/responses/${code}` }])),
  },
}

/** Nor is `GET /api/broadcasts/{broadcastId}/recipients.csv`: it answers a file. */
const broadcastLedger: Json = {
  operationId: 'downloadBroadcastLedger',
  summary: 'The ledger of a broadcast: what became of each recipient.',
  description: 'Scope: broadcasts:read.',
  tags: ['Broadcasts'],
  parameters: [{ name: 'broadcastId', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    200: { description: 'All of it, as CSV (RFC 4180).', content: { 'text/csv': { schema: { type: 'string' } } } },
    ...Object.fromEntries([401, 403, 404, 429, 500].map((code) => [code, { $ref: `#/components/responses/${code}` }])),
  },
}

/** Every named schema, without what zod says of itself. */
function schemas(): Json {
  const { schemas } = z.toJSONSchema(components, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, id: ___, ...schema }]) => [name, schema]),
  )
}

function paths(): Json {
  const byPath = new Map<string, Json>()
  for (const route of routes) {
    const path = `${base}${route.path.replace(/:(\w+)/g, '{$1}')}`
    byPath.set(path, { ...byPath.get(path), [route.method.toLowerCase()]: operation(route) })
  }
  byPath.set('/api/media/{mediaId}', { get: mediaBytes })
  byPath.set('/api/broadcasts/{broadcastId}/recipients.csv', { get: broadcastLedger })
  return Object.fromEntries(byPath)
}

/** The OpenAPI 3.1 document of the REST paths, made from the table of routes. `publicUrl`: where the server is reached. */
export function openApiDocument(publicUrl: string, version: string): Json {
  const error = (code: string, description: string) => [
    code,
    { description, headers: requestId, content: jsonBody(ref(errorBody)) },
  ]
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kaanha Graph: REST',
      version,
      description:
        'The documented WhatsApp paths. Unknown fields are ignored, empty ones count as absent; times are ISO 8601 with milliseconds, UTC. More can be done through GraphQL at `/graphql`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    security: [{ key: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: paths(),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: `kaanha_...`.' } },
      responses: Object.fromEntries(Object.entries(errors).map(([code, text]) => error(code, text))),
      schemas: schemas(),
    },
  }
}
