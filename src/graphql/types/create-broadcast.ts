import { createBroadcast } from '../../broadcasts/create.js'
import type { DryRunReport } from '../../broadcasts/dry-run.js'
import { broadcastLimits } from '../../broadcasts/limits.js'
import { builder } from '../builder.js'
import { wholeRow } from '../connections.js'
import { BroadcastNode, RowFaultType, TagMatchEnum } from './broadcast.js'
import { SkipReasonEnum } from './broadcast-recipient.js'

const TemplateInput = builder.inputType('BroadcastTemplateInput', {
  description: 'An approved template, filled in for everybody.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name.' }),
    language: t.string({ required: true, description: 'Its language, such as en_US.' }),
    components: t.field({ type: 'JSON', description: "The parameters, in Meta's shape; absent: none." }),
  }),
})

const AudienceInput = builder.inputType('BroadcastAudienceInput', {
  description: 'Who is meant: by tag, by id, in a file, or by several of these. Everybody once.',
  fields: (t) => ({
    tags: t.stringList({ description: 'Contacts with these tags, those that have them when the broadcast starts.' }),
    tagMatch: t.field({ type: TagMatchEnum, description: 'Whether one of the tags is enough (ANY, the default).' }),
    contactIds: t.idList({ description: `These contacts, at most ${broadcastLimits.contactIds}.` }),
    csv: t.field({
      type: 'Upload',
      description: `A CSV in UTF-8, a part of a multipart request: a first row with the columns phone, name (not needed) and one for each place of the template's body; at most ${broadcastLimits.csv.rows} rows.`,
    }),
  }),
})

const ParametersInput = builder.inputType('BroadcastParametersInput', {
  description: "What the template's body says to one contact.",
  fields: (t) => ({
    contactId: t.id({ required: true, description: 'One of audience.contactIds.' }),
    values: t.field({
      type: 'JSON',
      required: true,
      description: 'A list of texts, for {{1}}, {{2}} and so on; or an object of them by name.',
    }),
  }),
})

const SkippedCount = builder.objectRef<DryRunReport['skipped'][number]>('BroadcastSkippedCount').implement({
  description: 'How many would be left out for one reason.',
  fields: (t) => ({
    reason: t.expose('reason', { type: SkipReasonEnum, description: 'The reason.' }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
})

const Preview = builder.objectRef<DryRunReport['previews'][number]>('BroadcastPreview').implement({
  description: 'A message as it would go out.',
  fields: (t) => ({
    contactId: t.exposeID('contactId', { nullable: true, description: 'To whom; null: would become a contact.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'The number; null where WhatsApp hides it.' }),
    components: t.expose('components', { type: 'JSON', description: 'What the template would be filled in with.' }),
    body: t.exposeString('body', { nullable: true, description: 'What the body would say.' }),
  }),
})

const CsvReport = builder.objectRef<NonNullable<DryRunReport['csv']>>('BroadcastCsvReport').implement({
  description: 'What would become of the file.',
  fields: (t) => ({
    rows: t.exposeInt('rows', { description: 'Rows read.' }),
    rejected: t.exposeInt('rejected', { description: 'Rows that would be refused.' }),
    faults: t.field({ type: [RowFaultType], description: 'The first of them.', resolve: ({ faults }) => faults }),
    newContacts: t.exposeInt('newContacts', { description: 'Numbers that would become contacts.' }),
  }),
})

const Report = builder.objectRef<DryRunReport>('BroadcastReport').implement({
  description: 'What would become of a broadcast if it began now.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'All recipients.' }),
    wouldSend: t.exposeInt('wouldSend', { description: 'Those who would be written to.' }),
    skipped: t.field({ type: [SkippedCount], description: 'Those left out, by reason.', resolve: (r) => r.skipped }),
    csv: t.expose('csv', { type: CsvReport, nullable: true, description: 'What would become of the file.' }),
    previews: t.field({
      type: [Preview],
      description: `The first messages, at most ${broadcastLimits.previews}.`,
      resolve: ({ previews }) => previews,
    }),
    durationSeconds: t.exposeInt('durationSeconds', { description: 'How long it would take at its pace.' }),
  }),
})

builder.relayMutationField(
  'createBroadcast',
  {
    description: 'What goes to whom, and when.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: `At most ${broadcastLimits.nameCharacters} characters.` }),
      template: t.field({ type: TemplateInput, required: true, description: 'What everybody gets.' }),
      audience: t.field({ type: AudienceInput, required: true, description: 'Who gets it.' }),
      parameters: t.field({
        type: [ParametersInput],
        description: 'What the body of the template says to single contacts, in place of what it says to everybody.',
      }),
      connectionId: t.id({ description: 'The number to send from; absent: the first that is connected.' }),
      messagesPerSecond: t.int({
        description: `The pace of the number, ${broadcastLimits.messagesPerSecond.default} by default, at most ${broadcastLimits.messagesPerSecond.max}. Broadcasts of one number share it: the fastest of them sets it.`,
      }),
      scheduledAt: t.field({ type: 'DateTime', description: 'When to start, within a year; absent: at once.' }),
      dryRun: t.boolean({ description: 'Only say what would become of it: `report`. Nothing is stored or sent.' }),
      idempotencyKey: t.string({
        description: 'Up to 255 characters. The same key again gives the same broadcast and starts nothing.',
      }),
    }),
  },
  {
    description:
      'Creates a broadcast of one template. Contacts named by id or in the file are its recipients from now on; those meant by tag are found when it starts. Each is written to once, or skipped with the reason.',
    authScopes: { scope: 'broadcasts:send' },
    resolve: (_root, { input }, ctx) => createBroadcast(ctx, input as Parameters<typeof createBroadcast>[1]),
  },
  {
    description: 'The new broadcast, or the report of a dry run.',
    outputFields: (t) => ({
      broadcast: t.field({
        type: BroadcastNode,
        nullable: true,
        description: 'The new broadcast; null after a dry run.',
        resolve: (payload, _args, ctx, info) => payload.broadcast && wholeRow(ctx, info, payload.broadcast),
      }),
      report: t.expose('report', { type: Report, nullable: true, description: 'After a dry run.' }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether this is the broadcast of an earlier request with the same idempotency key.',
      }),
    }),
  },
)
