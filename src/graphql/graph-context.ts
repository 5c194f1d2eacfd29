import type { ActorContext } from '../context.js'

/** What every resolver gets: the domain's context in the hands of a key, and the request it belongs to. */
export type GraphContext = ActorContext & { requestId: string }
