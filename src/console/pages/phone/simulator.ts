/** The control API of the simulator on this machine (README, "Simulator"): what a customer's phone does. */
export class Simulator {
  constructor(private readonly url: string) {}

  /** The customer writes. Answers the message's wamid. */
  async write(customer: { from: string; name: string }, message: object): Promise<string> {
    const { id } = await this.#call<{ id: string }>('POST', 'inbound', { ...customer, message })
    return id
  }

  /** What was sent to customers after a place in the list. */
  async arrived(after: number): Promise<Arrival[]> {
    const { data } = await this.#call<{ data: Arrival[] }>('GET', `messages?after=${after}`)
    return data
  }

  async report(id: string, status: 'delivered' | 'read' | 'failed'): Promise<void> {
    await this.#call('POST', 'statuses', { id, status })
  }

  /** Whether phones tell by themselves that messages have arrived and were read. */
  async reportByItself(autoStatuses: boolean): Promise<void> {
    await this.#call('POST', 'faults', { autoStatuses })
  }

  async #call<Result>(method: string, path: string, body?: object): Promise<Result> {
    const response = await fetch(`${this.url}/_simulator/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    const answer = (await response.json()) as Result & { error?: { message?: string } | string }
    if (response.ok) return answer
    const { error } = answer
    throw new Error(typeof error === 'string' ? error : (error?.message ?? 'The simulator refused this.'))
  }
}

export type Arrival = {
  seq: number
  /** The wamid. */
  id: string
  to: string
  type: string
  payload: Record<string, unknown>
  /** Our id of the message. */
  bizOpaqueCallbackData: string | null
  acceptedAt: string
}
