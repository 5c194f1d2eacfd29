import type { ActorContext } from '../context.js'

/** What every resolver gets: the domain's context in the hands of a key, and the request it belongs to. */
export type GraphContext = ActorContext & {
  requestId: string
  /** Aborts when the caller has gone, where the transport does not tell it in another way. */
  signal?: AbortSignal
}
