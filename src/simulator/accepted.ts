import { BoundedLog } from './bounded-log.js'
import type { JsonObject } from './json.js'

/** Whom a send was addressed to. A phone wins where both a phone and a user id were given. */
export type Recipient =
  | { kind: 'phone'; input: string; waId: string }
  | { kind: 'user'; userId: string }
  | { kind: 'group'; groupId: string }

/** How a send is charged, which its statuses tell. */
export type Category = 'service' | 'utility' | 'marketing' | 'authentication'

export type AcceptedMessage = {
  seq: number
  /** The wamid. */
  id: string
  recipient: Recipient
  type: string
  category: Category
  payload: JsonObject
  bizOpaqueCallbackData: string | null
  acceptedAt: string
}

/** As `GET /_simulator/messages` shows it; `to` is what the sender wrote. */
export const shownMessage = (message: AcceptedMessage) => ({
  seq: message.seq,
  id: message.id,
  to: recipientInput(message.recipient),
  type: message.type,
  payload: message.payload,
  bizOpaqueCallbackData: message.bizOpaqueCallbackData,
  acceptedAt: message.acceptedAt,
})

export function recipientInput(recipient: Recipient): string {
  if (recipient.kind === 'phone') return recipient.input
  return recipient.kind === 'user' ? recipient.userId : recipient.groupId
}

/** Every send that was accepted, found again by wamid or by the sender's own id. */
export class AcceptedMessages {
  readonly #log = new BoundedLog<AcceptedMessage>({ rows: 200_000, weight: 256 * 1024 * 1024 }, (row) => {
    this.#byWamid.delete(row.id)
    const data = row.bizOpaqueCallbackData
    if (data !== null && this.#byCallbackData.get(data) === row) this.#byCallbackData.delete(data)
  })
  readonly #byWamid = new Map<string, AcceptedMessage>()
  readonly #byCallbackData = new Map<string, AcceptedMessage>()

  /** `weight` is the size of the payload in bytes. */
  add(fields: Omit<AcceptedMessage, 'seq'>, weight: number): AcceptedMessage {
    const message = this.#log.add((seq) => ({ seq, ...fields }), weight)
    this.#byWamid.set(message.id, message)
    if (message.bizOpaqueCallbackData !== null) this.#byCallbackData.set(message.bizOpaqueCallbackData, message)
    return message
  }

  /** By wamid, else the latest send that carried `id` as its `biz_opaque_callback_data`. */
  find(id: string): AcceptedMessage | null {
    return this.#byWamid.get(id) ?? this.#byCallbackData.get(id) ?? null
  }

  after(seq: number): AcceptedMessage[] {
    return this.#log.after(seq)
  }
}
