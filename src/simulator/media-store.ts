import { createHash } from 'node:crypto'
import { dayMs, type SimulatorClock } from './clock.js'
import { newObjectId } from './ids.js'
import type { RandomSource } from './random.js'

/** Uploads live 30 days, what a webhook names 7 (section 1). */
const uploadLifeMs = 30 * dayMs
const inboundLifeMs = 7 * dayMs

/** All files together; beyond it the oldest go. */
const mostBytes = 512 * 1024 * 1024

const megabyte = 1024 * 1024

/** Content types that WhatsApp takes, by what they may be sent as, and how large each may be (section 1). */
export const mediaKinds = {
  audio: {
    types: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg', 'audio/opus'],
    maxBytes: 16 * megabyte,
  },
  document: {
    types: [
      'application/vnd.ms-powerpoint',
      'application/msword',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/pdf',
      'text/plain',
      'application/vnd.ms-excel',
    ],
    maxBytes: 100 * megabyte,
  },
  image: { types: ['image/jpeg', 'image/png'], maxBytes: 5 * megabyte },
  sticker: { types: ['image/webp'], maxBytes: 500 * 1024 },
  video: { types: ['video/mp4', 'video/3gpp', 'video/3gp'], maxBytes: 16 * megabyte },
} as const

export type MediaKind = keyof typeof mediaKinds

export const isMediaKind = (type: string): type is MediaKind => Object.hasOwn(mediaKinds, type)

export function mediaKindOf(mimeType: string): MediaKind | null {
  for (const [kind, { types }] of Object.entries(mediaKinds)) {
    if ((types as readonly string[]).includes(mimeType)) return kind as MediaKind
  }
  return null
}

/** Anything WhatsApp takes may be sent as a document; everything else only as what it is. */
export const maySendAs = (mimeType: string, kind: MediaKind): boolean => {
  const own = mediaKindOf(mimeType)
  return own !== null && (own === kind || kind === 'document')
}

export type Media = {
  id: string
  mimeType: string
  bytes: Buffer
  sha256: Buffer
  expiresMs: number
  /** Whether a customer has sent it: such media answers to no phone number id (section 1). */
  inbound: boolean
}

export class MediaStore {
  readonly #byId = new Map<string, Media>()
  #bytes = 0
  readonly #clock: SimulatorClock
  readonly #random: RandomSource

  constructor(clock: SimulatorClock, random: RandomSource) {
    this.#clock = clock
    this.#random = random
  }

  add(mimeType: string, bytes: Buffer): Media {
    const media: Media = {
      id: newObjectId(this.#random),
      mimeType,
      bytes,
      sha256: createHash('sha256').update(bytes).digest(),
      expiresMs: this.#clock.nowMs() + uploadLifeMs,
      inbound: false,
    }
    this.#byId.set(media.id, media)
    this.#bytes += bytes.length
    for (const [id, oldest] of this.#byId) {
      const expired = oldest.expiresMs <= this.#clock.nowMs()
      if (id === media.id || (this.#bytes <= mostBytes && !expired)) break
      this.delete(id)
    }
    return media
  }

  find(id: string): Media | null {
    const media = this.#byId.get(id)
    if (!media) return null
    if (this.#clock.nowMs() < media.expiresMs) return media
    this.delete(id)
    return null
  }

  /** A customer's message now names it. */
  markInbound(media: Media): void {
    media.inbound = true
    media.expiresMs = this.#clock.nowMs() + inboundLifeMs
  }

  delete(id: string): void {
    this.#bytes -= this.#byId.get(id)?.bytes.length ?? 0
    this.#byId.delete(id)
  }
}
