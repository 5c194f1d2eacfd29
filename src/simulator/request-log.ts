import { BoundedLog } from './bounded-log.js'
import type { SimulatorClock } from './clock.js'
import type { Target } from './http.js'

/** One request to Meta's paths. `status` is null until it is answered, and stays so where the connection was dropped. */
export type LoggedRequest = {
  seq: number
  method: string
  path: string
  query: string
  status: number | null
  at: string
}

export class RequestLog {
  readonly #log = new BoundedLog<LoggedRequest>({ rows: 50_000, weight: 32 * 1024 * 1024 })
  readonly #clock: SimulatorClock

  constructor(clock: SimulatorClock) {
    this.#clock = clock
  }

  /** The row, whose status the caller fills in with the answer. Tokens in the query are not kept. */
  add(method: string, target: Target): LoggedRequest {
    const query = shownQuery(target.query)
    const { path } = target
    const at = this.#clock.iso()
    return this.#log.add((seq) => ({ seq, method, path, query, status: null, at }), path.length + query.length + 100)
  }

  after(seq: number): LoggedRequest[] {
    return this.#log.after(seq)
  }
}

function shownQuery(given: URLSearchParams): string {
  if (given.size === 0) return ''
  const query = new URLSearchParams(given)
  query.delete('access_token')
  return query.toString()
}
