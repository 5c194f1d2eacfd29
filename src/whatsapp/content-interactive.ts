import { z } from 'zod'
import { chosen, evenAfterFaults, httpUrl, text } from './content-schema.js'
import { contentLimits as limits } from './limits.js'
import { listOf, record } from './read.js'

const media = z
  .looseObject({ id: text(limits.url).optional(), link: httpUrl.optional() })
  .refine((value) => (value.id === undefined) !== (value.link === undefined), {
    error: 'needs exactly one of id, link',
  })

const textHeader = z.looseObject({ type: z.literal('text'), text: text(limits.header) })

const mediaHeaders = {
  image: z.looseObject({ type: z.literal('image'), image: media }),
  video: z.looseObject({ type: z.literal('video'), video: media }),
  document: z.looseObject({ type: z.literal('document'), document: media }),
}

const anyHeader = chosen<Record<string, unknown>>((input) => {
  const kind = record(input).type
  if (kind === 'image' || kind === 'video' || kind === 'document') return mediaHeaders[kind]
  return kind === 'text' ? textHeader : z.looseObject({ type: z.enum(['text', 'image', 'video', 'document']) })
}).optional()

const body = (max: number) => z.looseObject({ text: text(max) })
const footer = z.looseObject({ text: text(limits.footer) }).optional()

const replyButton = z.looseObject({
  type: z.literal('reply'),
  reply: z.looseObject({ id: text(limits.buttonId), title: text(limits.buttonTitle) }),
})

const buttons = z.looseObject({
  type: z.literal('button'),
  header: anyHeader,
  body: body(limits.buttonBody),
  footer,
  action: z.looseObject({ buttons: z.array(replyButton).min(1).max(limits.buttons) }),
})

const row = z.looseObject({
  id: text(limits.rowId),
  title: text(limits.rowTitle),
  description: text(limits.rowDescription, 0).optional(),
})

const section = z.looseObject({ title: text(limits.sectionTitle, 0).optional(), rows: z.array(row).min(1) })

const list = z.looseObject({
  type: z.literal('list'),
  header: textHeader.optional(),
  body: body(limits.listBody),
  footer,
  action: z.looseObject({
    button: text(limits.listButton),
    sections: z
      .array(section)
      .min(1)
      .max(limits.sections)
      .refine((sections) => sections.flatMap((item) => listOf(record(item).rows)).length <= limits.rows, {
        ...evenAfterFaults,
        error: `must have at most ${limits.rows} rows over all sections`,
      }),
  }),
})

const ctaUrl = z.looseObject({
  type: z.literal('cta_url'),
  header: anyHeader,
  body: body(limits.buttonBody),
  footer,
  action: z.looseObject({
    name: z.literal('cta_url'),
    parameters: z.looseObject({ display_text: text(limits.ctaLabel), url: httpUrl }),
  }),
})

/** Kinds whose limits we do not check go to WhatsApp as they came. */
const passedThrough = z.looseObject({ type: text(limits.buttonId) })

export type Interactive = { type: string; [field: string]: unknown }

/**
 * Meta's interactive object (whatsapp-cloud-api.md, section 2): `button`, `list` and `cta_url` checked against its
 * limits, fields it does not name left in place; any other kind untouched.
 */
export const interactiveSchema = chosen<Interactive>((input) => {
  switch (record(input).type) {
    case 'button':
      return buttons
    case 'list':
      return list
    case 'cta_url':
      return ctaUrl
    default:
      return passedThrough
  }
})
