import { graph } from '../../../app/graph.ts'
import { graphWithFile } from '../../../app/upload.ts'
import {
  type CreateBroadcastInput,
  type InboxTemplatesQuery,
  NewBroadcastDocument,
  type NewBroadcastMutation,
  type TagMatch,
} from '../../../generated/graphql.ts'
import { componentsOf, placesOf } from '../../inbox/template-places.ts'

export type Template = InboxTemplatesQuery['templates']['nodes'][number]
export type ChosenContact = { value: string; label: string }

/** What the steps put together. */
export type Draft = {
  name: string
  template: Template | null
  /** What the template's places say, by the keys of its places. */
  values: Record<string, string>
  tags: string[]
  tagMatch: TagMatch
  contacts: ChosenContact[]
  csv: File | null
  /** As the browser's field has it, in its time zone; empty: at once. */
  scheduledAt: string
  messagesPerSecond: number
}

export const emptyDraft: Draft = {
  name: '',
  template: null,
  values: {},
  tags: [],
  tagMatch: 'ANY',
  contacts: [],
  csv: null,
  scheduledAt: '',
  messagesPerSecond: 80,
}

export const steps = ['Message', 'Audience', 'Delivery', 'Review'] as const

/** Which step holds the field of a path. */
export function stepOf(path: string): number {
  if (path.startsWith('audience')) return 1
  return path === 'scheduledAt' || path === 'messagesPerSecond' ? 2 : 0
}

/** Whether a step is filled in far enough to go on. */
export function isReady(step: number, { name, template, values, tags, contacts, csv }: Draft): boolean {
  if (step === 0) return name.trim() !== '' && template !== null && placesOf(template).every(({ key }) => values[key])
  return step !== 1 || tags.length + contacts.length > 0 || csv !== null
}

/** Asks what would become of it, or creates it. The same key again creates nothing. @throws GraphError. */
export async function submit(
  draft: Draft,
  given: { dryRun: true } | { idempotencyKey: string },
): Promise<NewBroadcastMutation['createBroadcast']> {
  const variables = { input: { ...inputOf(draft), ...given } }
  const { createBroadcast } = draft.csv
    ? await graphWithFile(NewBroadcastDocument, variables, { file: draft.csv, place: 'input.audience.csv' })
    : await graph(NewBroadcastDocument, variables)
  return createBroadcast
}

function inputOf(draft: Draft): CreateBroadcastInput {
  const { name, template, values, tags, tagMatch, contacts, scheduledAt, messagesPerSecond } = draft
  return {
    name,
    template: {
      name: template?.name ?? '',
      language: template?.language ?? '',
      components: template ? componentsOf(template, values) : [],
    },
    audience: { tags, tagMatch, contactIds: contacts.map(({ value }) => value), csv: null },
    scheduledAt: scheduledAt === '' ? null : new Date(scheduledAt).toISOString(),
    messagesPerSecond,
  }
}
