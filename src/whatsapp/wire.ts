import { z } from 'zod'
import { repairJson } from './json-text.js'
import type { MediaInfo, PhoneNumberInfo, TemplateInfo } from './provider.js'

/**
 * Meta's answers (whatsapp-cloud-api.md, sections 1 and 3), read for what we need of them. Only what an answer is
 * useless without is required; anything else that is missing or of another kind becomes null.
 */

/** Ids come as text or as digits. */
const id = z.union([z.string().min(1), z.number().transform(String)])
const maybeText = z.string().nullable().catch(null)
const maybeNumber = z.coerce.number().nonnegative().nullable().catch(null)

/** The first recipient and message of an accepted send. Without a wamid nothing says that it was accepted. */
const sendReply = z.object({
  messages: z
    .tuple([z.object({ id: z.string().min(1).max(512), message_status: maybeText.optional() })])
    .rest(z.unknown()),
  contacts: z
    .array(z.object({ wa_id: maybeText.optional(), user_id: maybeText.optional() }))
    .catch([])
    .optional(),
})

export type SendReply = { wamid: string; waId: string | null; userId: string | null; messageStatus: string | null }

export function readSendReply(body: unknown): SendReply | null {
  const { data } = sendReply.safeParse(repairJson(body))
  if (!data) return null
  const [message] = data.messages
  const contact = data.contacts?.[0]
  return {
    wamid: message.id,
    waId: contact?.wa_id ?? null,
    userId: contact?.user_id ?? null,
    messageStatus: message.message_status ?? null,
  }
}

export const phoneNumberFields = [
  'id',
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'status',
  'name_status',
  'code_verification_status',
  'platform_type',
  'throughput',
  'account_mode',
  'messaging_limit_tier',
].join(',')

export const phoneNumberReply = z
  .object({
    id,
    display_phone_number: maybeText.optional(),
    verified_name: maybeText.optional(),
    quality_rating: maybeText.optional(),
    status: maybeText.optional(),
    name_status: maybeText.optional(),
    code_verification_status: maybeText.optional(),
    platform_type: maybeText.optional(),
    throughput: z.object({ level: maybeText.optional() }).nullable().catch(null).optional(),
    account_mode: maybeText.optional(),
    messaging_limit_tier: maybeText.optional(),
  })
  .transform(
    (reply): PhoneNumberInfo => ({
      id: reply.id,
      displayPhoneNumber: reply.display_phone_number ?? null,
      verifiedName: reply.verified_name ?? null,
      qualityRating: reply.quality_rating ?? null,
      status: reply.status ?? null,
      nameStatus: reply.name_status ?? null,
      codeVerificationStatus: reply.code_verification_status ?? null,
      platformType: reply.platform_type ?? null,
      throughputLevel: reply.throughput?.level ?? null,
      accountMode: reply.account_mode ?? null,
      messagingLimitTier: reply.messaging_limit_tier ?? null,
    }),
  )

export const templateFields = 'id,name,language,status,category,components,parameter_format'

const template = z
  .object({
    id,
    name: z.string().min(1),
    language: z.string().min(1),
    status: z.string().catch('UNKNOWN'),
    category: z.string().catch('UNKNOWN'),
    components: z.array(z.unknown()).catch([]),
    parameter_format: z.string().catch('POSITIONAL'),
  })
  .transform(
    (reply): TemplateInfo => ({
      id: reply.id,
      name: reply.name,
      language: reply.language,
      status: reply.status.toUpperCase(),
      category: reply.category.toUpperCase(),
      components: reply.components,
      parameterFormat: reply.parameter_format.toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    }),
  )

/** One page of a list, and the cursor of the next where there is one; a row that names nothing is left out. */
const pageReply = <Row>(row: z.ZodType<Row>) =>
  z
    .object({
      data: z.array(row.nullable().catch(null)),
      paging: z
        .object({
          cursors: z.object({ after: maybeText.optional() }).catch({}).optional(),
          next: maybeText.optional(),
        })
        .catch({})
        .optional(),
    })
    .transform(({ data, paging }) => ({
      rows: data.filter((item) => item !== null),
      next: paging?.next ? (paging.cursors?.after ?? cursorOf(paging.next)) : null,
    }))

/** The address of the next page is never followed as it stands: it may lead elsewhere, with our token. */
const cursorOf = (next: string): string | null => (URL.canParse(next) ? new URL(next).searchParams.get('after') : null)

export const templatesReply = pageReply(template)
export const phoneNumbersReply = pageReply(phoneNumberReply)

export const mediaReply = z
  .object({
    id,
    url: z.string().min(1),
    mime_type: maybeText.optional(),
    sha256: maybeText.optional(),
    /** A number in one of Meta's documents, text in another. */
    file_size: maybeNumber.optional(),
  })
  .transform(
    (reply): MediaInfo => ({
      id: reply.id,
      url: reply.url,
      mimeType: reply.mime_type ?? null,
      sha256: reply.sha256 ?? null,
      size: reply.file_size ?? null,
    }),
  )

export const uploadReply = z.object({ id })

export const successReply = z.object({ success: z.literal(true) })
