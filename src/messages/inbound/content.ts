import type { Prisma } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { repairText } from '../../whatsapp/json-text.js'

/** Of a kind we do not know, so much JSON is kept in the message; the raw delivery holds all of it. */
const maxRawLength = 16_384

/** The fields of a message's kind, flat (contract, section 5); of an unsupported kind also `raw`. */
export function contentOf(entry: MessageEntry): Prisma.InputJsonObject {
  const { type, ...fields } = entry.content
  return { ...(fields as unknown as Prisma.InputJsonObject), ...(type === 'unsupported' ? rawOf(entry.raw) : {}) }
}

/** What else is kept in the content where it applies: how the message came to be written. An edit does not change it. */
export function originOf(entry: MessageEntry): Prisma.InputJsonObject {
  const { forwarded, frequentlyForwarded, referredProduct, referral } = entry
  return {
    ...(forwarded ? { forwarded } : {}),
    ...(frequentlyForwarded ? { frequentlyForwarded } : {}),
    ...(referredProduct === null ? {} : { referredProduct }),
    ...(referral === null ? {} : { referral }),
  }
}

/** The fields of `originOf` in stored content. */
export const originFields = ['forwarded', 'frequentlyForwarded', 'referredProduct', 'referral'] as const

/** As WhatsApp wrote it; where that is long, the beginning of its text. */
function rawOf(raw: MessageEntry['raw']): Prisma.InputJsonObject {
  const json = JSON.stringify(raw)
  return json.length <= maxRawLength
    ? { raw: raw as Prisma.InputJsonObject }
    : { raw: repairText(json, maxRawLength), rawTruncated: true }
}
