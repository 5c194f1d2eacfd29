import type { ActorContext } from '../context.js'

/** What every resolver gets: the domain's context in the hands of a key, and the request it belongs to. */
export type GraphContext = ActorContext & {
  requestId: string
  /** Aborts when nothing is to be waited for any more: the caller has gone, or the server stops. */
  signal?: AbortSignal
  /** The cursor that a broken event stream goes on from. */
  lastEventId?: string | undefined
}
