import type { IncomingMessage } from 'node:http'
import type { Reply, Target } from './http.js'
import type { JsonObject } from './json.js'
import type { World } from './world.js'

/** One request on Meta's paths, once its object is known to exist. */
export type GraphRequest = {
  raw: IncomingMessage
  target: Target
  /** The object's id, the first part of the path after the version. */
  id: string
  /** Scheme and host as the caller wrote them, for links in answers. */
  baseUrl: string
  /** The body's fields. Read at most once. */
  fields(): Promise<JsonObject>
  /** Query and body together, as the Graph API reads parameters; the body wins. */
  params(): Promise<JsonObject>
}

export type GraphHandler = (world: World, request: GraphRequest) => Reply | Promise<Reply>
