import { z } from 'zod'
import type { ActorContext } from '../context.js'
import { badRequest, DomainError, type ErrorDetail } from '../core/errors.js'
import { IncomingFile } from '../core/incoming-file.js'
import { parseInput, textInput } from '../core/input.js'
import { hashRequest, keyFault } from '../idempotency/request.js'
import { broadcastLimits } from './limits.js'

const { messagesPerSecond, contactIds, tags } = broadcastLimits

const text = textInput(broadcastLimits.nameCharacters)
  .transform((value) => value.trim())
  .refine((value) => value !== '', 'is required')

export const createBroadcastInput = z.object({
  name: text,
  template: z.object({ name: z.string(), language: z.string(), components: z.unknown().optional() }),
  audience: z.object({
    tags: z
      .array(textInput(64).transform((tag) => tag.trim()))
      .max(tags)
      .nullish(),
    tagMatch: z.enum(['ANY', 'ALL']).nullish(),
    contactIds: z.array(z.string()).max(contactIds).nullish(),
    csv: z.instanceof(IncomingFile).nullish(),
  }),
  parameters: z
    .array(z.object({ contactId: z.string(), values: z.unknown().optional() }))
    .max(contactIds)
    .nullish(),
  connectionId: z.string().nullish(),
  messagesPerSecond: z.number().int('must be a whole number').min(1).max(messagesPerSecond.max).nullish(),
  scheduledAt: z.date().nullish(),
  dryRun: z.boolean().nullish(),
  idempotencyKey: z.string().nullish(),
})

export type CreateBroadcastInput = z.input<typeof createBroadcastInput>

export type CheckedBroadcast = {
  name: string
  template: { name: string; language: string; components?: unknown }
  audience: { tags: string[]; tagMatch: 'ANY' | 'ALL'; contactIds: string[]; csv: IncomingFile | null }
  parameters: { contactId: string; values?: unknown }[]
  connectionId: string | null
  messagesPerSecond: number
  scheduledAt: Date | null
  dryRun: boolean
  idempotencyKey: string | null
}

/** Everything that can be known of the input alone. @throws BAD_REQUEST that names every fault at once, NOT_FOUND. */
export function checkBroadcast(ctx: ActorContext, input: CreateBroadcastInput): CheckedBroadcast {
  const { audience, ...given } = parseInput(createBroadcastInput, input)
  const checked: CheckedBroadcast = {
    name: given.name,
    template: given.template,
    audience: {
      tags: [...new Set((audience.tags ?? []).filter((tag) => tag !== ''))],
      tagMatch: audience.tagMatch ?? 'ANY',
      contactIds: [...new Set(audience.contactIds ?? [])],
      csv: audience.csv ?? null,
    },
    parameters: given.parameters ?? [],
    connectionId: given.connectionId ?? null,
    messagesPerSecond: given.messagesPerSecond ?? messagesPerSecond.default,
    scheduledAt: given.scheduledAt ?? null,
    dryRun: given.dryRun ?? false,
    idempotencyKey: given.idempotencyKey ?? null,
  }
  const faults = [
    ...audienceFaults(checked),
    ...scheduleFaults(checked.scheduledAt, ctx.clock.now()),
    ...[keyFault(checked.idempotencyKey) ?? []].flat(),
  ]
  if (faults.length > 0) throw badRequest(faults)
  requireNamed(checked)
  return checked
}

function audienceFaults({ audience, parameters }: CheckedBroadcast): ErrorDetail[] {
  if (audience.tags.length === 0 && audience.contactIds.length === 0 && audience.csv === null) {
    return [{ path: 'audience', message: 'is empty: give tags, contactIds or a csv' }]
  }
  const seen = new Set<string>()
  return parameters.flatMap(({ contactId }, n): ErrorDetail[] => {
    if (seen.has(contactId)) return [{ path: `parameters.${n}.contactId`, message: 'must come once' }]
    seen.add(contactId)
    return []
  })
}

/** @throws NOT_FOUND where values are given to somebody who is not meant. */
function requireNamed({ audience, parameters }: CheckedBroadcast): void {
  const named = new Set(audience.contactIds)
  const details = parameters.flatMap(({ contactId }, n): ErrorDetail[] =>
    named.has(contactId) ? [] : [{ path: `parameters.${n}.contactId`, message: 'names none of audience.contactIds' }],
  )
  if (details.length > 0) throw new DomainError('NOT_FOUND', 'No such recipient.', { details })
}

function scheduleFaults(scheduledAt: Date | null, now: Date): ErrorDetail[] {
  if (scheduledAt === null) return []
  const path = 'scheduledAt'
  if (Number.isNaN(scheduledAt.getTime()) || scheduledAt <= now) return [{ path, message: 'lies in the past' }]
  const last = now.getTime() + broadcastLimits.scheduleAheadMs
  return scheduledAt.getTime() > last ? [{ path, message: 'must lie within a year' }] : []
}

/** SHA-256 of the request in its normalised form, and of its file; the same request has the same. */
export function hashBroadcast(checked: CheckedBroadcast, csvDigest: string | null): Uint8Array<ArrayBuffer> {
  const { idempotencyKey: _key, audience, ...request } = checked
  return hashRequest({ createBroadcast: { ...request, audience: { ...audience, csv: csvDigest } } })
}
