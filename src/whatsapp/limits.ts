import type { MediaType } from './message-types.js'

/**
 * Meta's limits on what is sent (whatsapp-cloud-api.md, section 2). Lengths are counted in Unicode code points: an
 * emoji outside the basic plane is one, not the two UTF-16 units of JavaScript's `length`.
 */
export const contentLimits = {
  text: 4096,
  caption: 1024,
  filename: 240,
  url: 2048,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  buttonBody: 1024,
  header: 60,
  footer: 60,
  listButton: 20,
  listBody: 4096,
  sections: 10,
  /** Over all sections together. */
  rows: 10,
  sectionTitle: 24,
  rowId: 200,
  rowTitle: 24,
  rowDescription: 72,
  ctaLabel: 20,
  templateName: 512,
  contacts: 257,
} as const

const mega = 1024 * 1024

/** What WhatsApp takes as each kind of media (whatsapp-cloud-api.md, section 1). */
export const mediaLimits: Record<MediaType, { maxBytes: number; mimeTypes: readonly string[] }> = {
  image: { maxBytes: 5 * mega, mimeTypes: ['image/jpeg', 'image/png'] },
  video: { maxBytes: 16 * mega, mimeTypes: ['video/mp4', 'video/3gpp'] },
  audio: { maxBytes: 16 * mega, mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'] },
  document: {
    maxBytes: 100 * mega,
    mimeTypes: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
  },
  /** 500 KB where animated; a static one may have 100 KB, which needs the bytes to tell. */
  sticker: { maxBytes: 500 * 1024, mimeTypes: ['image/webp'] },
}

/** Levels of nesting that passed-through JSON may have; more than any of Meta's shapes needs. */
export const maxJsonDepth = 32
