/** What a connection begins with has no type byte and is told by its code (protocol docs, "Message Formats"). */
export type Packet = { kind: 'startup' | 'encryption' | 'cancel' | 'message'; bytes: Uint8Array }

const startupHeader = 8
const messageHeader = 5
/** PostgreSQL itself takes no larger message (PQ_LARGE_MESSAGE_LIMIT). */
const maxMessageBytes = 0x3fffffff
const maxStartupBytes = 10_000

const cancelRequest = 80877102
const sslRequest = 80877103
const gssEncRequest = 80877104

/**
 * Cuts what one client writes into whole protocol messages, however it comes in pieces: first the startup packet (before
 * it any request for encryption), then messages of a type byte and a length.
 */
export class MessageCutter {
  #pieces: Uint8Array[] = []
  #held = 0
  #needed = startupHeader
  #started = false

  /** The packets that `piece` completes, in order. They may be views of it. Throws on a length no client sends. */
  push(piece: Uint8Array): Packet[] {
    this.#pieces.push(piece)
    this.#held += piece.length
    // Joined only once a whole message is there: a large one in many pieces is copied once.
    if (this.#held < this.#needed) return []
    const bytes = join(this.#pieces)
    const packets: Packet[] = []
    let offset = 0
    for (;;) {
      const rest = bytes.subarray(offset)
      const size = this.#sizeOf(rest)
      if (rest.length < size) {
        this.#pieces = rest.length === 0 ? [] : [rest]
        this.#held = rest.length
        this.#needed = size
        return packets
      }
      packets.push(this.#packet(rest.subarray(0, size)))
      offset += size
    }
  }

  /** Bytes of the message that `bytes` begin with, or of the header that would tell. */
  #sizeOf(bytes: Uint8Array): number {
    const header = this.#started ? messageHeader : startupHeader
    if (bytes.length < header) return header
    const lengthAt = this.#started ? 1 : 0
    const length = view(bytes).getUint32(lengthAt)
    const [least, most] = this.#started ? [4, maxMessageBytes] : [startupHeader, maxStartupBytes]
    if (length < least || length > most) throw new Error(`a message of ${length} bytes is none of PostgreSQL's`)
    return lengthAt + length
  }

  #packet(bytes: Uint8Array): Packet {
    if (this.#started) return { kind: 'message', bytes }
    const code = view(bytes).getUint32(4)
    if (code === sslRequest || code === gssEncRequest) return { kind: 'encryption', bytes }
    if (code === cancelRequest) return { kind: 'cancel', bytes }
    this.#started = true
    return { kind: 'startup', bytes }
  }
}

/** One array of its own memory, unless there is only one piece. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBufferLike> {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
