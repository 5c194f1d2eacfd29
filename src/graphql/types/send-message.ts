import { cancelScheduledMessage } from '../../messages/cancel-scheduled.js'
import { sendMessage } from '../../messages/send.js'
import { builder } from '../builder.js'
import { wholeRow } from '../connections.js'
import { MessageNode } from './message.js'

const TextInput = builder.inputType('TextContentInput', {
  description: 'A text.',
  fields: (t) => ({
    text: t.string({ required: true, description: '1 to 4096 characters.' }),
    previewUrl: t.boolean({ description: 'Show a preview of the first link.' }),
  }),
})

const media = {
  mediaUrl: 'An address the file is at; or mediaId.',
  mediaId: 'The id of an uploaded file; or mediaUrl.',
  caption: 'At most 1024 characters.',
}

const CaptionedMediaInput = builder.inputType('CaptionedMediaContentInput', {
  description: 'An image or a video. Exactly one of mediaUrl and mediaId.',
  fields: (t) => ({
    mediaUrl: t.string({ description: media.mediaUrl }),
    mediaId: t.id({ description: media.mediaId }),
    caption: t.string({ description: media.caption }),
  }),
})

const DocumentInput = builder.inputType('DocumentContentInput', {
  description: 'A document. Exactly one of mediaUrl and mediaId.',
  fields: (t) => ({
    mediaUrl: t.string({ description: media.mediaUrl }),
    mediaId: t.id({ description: media.mediaId }),
    filename: t.string({ required: true, description: 'The name the customer sees.' }),
    caption: t.string({ description: media.caption }),
  }),
})

const AudioInput = builder.inputType('AudioContentInput', {
  description: 'A sound. Exactly one of mediaUrl and mediaId.',
  fields: (t) => ({
    mediaUrl: t.string({ description: media.mediaUrl }),
    mediaId: t.id({ description: media.mediaId }),
    voice: t.boolean({ description: 'Show it as a voice note.' }),
  }),
})

const StickerInput = builder.inputType('StickerContentInput', {
  description: 'A sticker. Exactly one of mediaUrl and mediaId.',
  fields: (t) => ({
    mediaUrl: t.string({ description: media.mediaUrl }),
    mediaId: t.id({ description: media.mediaId }),
  }),
})

const TemplateInput = builder.inputType('TemplateContentInput', {
  description: 'An approved template, filled in.',
  fields: (t) => ({
    templateName: t.string({ required: true, description: 'Its name.' }),
    language: t.string({ required: true, description: 'Its language, such as en_US.' }),
    components: t.field({ type: 'JSON', description: "The parameters, in Meta's shape; absent: none." }),
  }),
})

const InteractiveInput = builder.inputType('InteractiveContentInput', {
  description: 'Buttons, a list, a link.',
  fields: (t) => ({
    interactive: t.field({ type: 'JSON', required: true, description: "Meta's interactive object." }),
  }),
})

const LocationInput = builder.inputType('LocationContentInput', {
  description: 'A place.',
  fields: (t) => ({
    latitude: t.float({ required: true, description: 'Degrees north, -90 to 90.' }),
    longitude: t.float({ required: true, description: 'Degrees east, -180 to 180.' }),
    name: t.string({ required: true, description: 'The name of the place.' }),
    address: t.string({ description: 'Its address.' }),
  }),
})

const ContactInput = builder.inputType('ContactContentInput', {
  description: 'Contact cards.',
  fields: (t) => ({
    contacts: t.field({ type: 'JSON', required: true, description: "In Meta's shape, or `{ name, phone }` each." }),
  }),
})

const ReactionInput = builder.inputType('ReactionContentInput', {
  description: 'A reaction to a message.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: "Our id or WhatsApp's of the message." }),
    emoji: t.string({ required: true, description: 'One emoji; empty takes the reaction back.' }),
  }),
})

const MessageContentInput = builder.inputType('MessageContentInput', {
  description: 'What to send: exactly one kind.',
  isOneOf: true,
  fields: (t) => ({
    text: t.field({ type: TextInput, description: 'A text.' }),
    image: t.field({ type: CaptionedMediaInput, description: 'An image.' }),
    video: t.field({ type: CaptionedMediaInput, description: 'A video.' }),
    audio: t.field({ type: AudioInput, description: 'A sound.' }),
    document: t.field({ type: DocumentInput, description: 'A document.' }),
    sticker: t.field({ type: StickerInput, description: 'A sticker.' }),
    template: t.field({ type: TemplateInput, description: 'An approved template.' }),
    interactive: t.field({ type: InteractiveInput, description: 'Buttons, a list, a link.' }),
    location: t.field({ type: LocationInput, description: 'A place.' }),
    contact: t.field({ type: ContactInput, description: 'Contact cards.' }),
    reaction: t.field({ type: ReactionInput, description: 'A reaction.' }),
    flat: t.field({
      type: 'JSON',
      description: 'The flat form of REST: `{ type, ...fields }`, for callers that hold a message as JSON.',
    }),
  }),
})

builder.relayMutationField(
  'sendMessage',
  {
    description: 'What goes to whom.',
    inputFields: (t) => ({
      to: t.string({ required: true, description: 'A phone with its country code, or a contact id.' }),
      content: t.field({ type: MessageContentInput, required: true, description: 'What to send.' }),
      replyTo: t.id({ description: "Our id or WhatsApp's of the message this one answers." }),
      idempotencyKey: t.string({
        description: 'Up to 255 characters. The same key again gives the same answer and sends nothing.',
      }),
      scheduledAt: t.field({
        type: 'DateTime',
        description:
          'When it is to go out, at most 90 days ahead; absent: at once. Window and recipient limit are those of then.',
      }),
    }),
  },
  {
    description:
      "Sends a message, or schedules it. It is stored before anything leaves; the answer waits up to 5 seconds for WhatsApp's own.",
    authScopes: { scope: 'messages:send' },
    resolve: (_root, { input: { content, ...input } }, ctx) =>
      sendMessage(ctx, { ...input, content: flatten(content) }),
  },
  {
    description: 'The message, QUEUED or SENT.',
    outputFields: (t) => ({
      message: t.field({
        type: MessageNode,
        description: 'The stored message.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.message),
      }),
      replayed: t.boolean({
        description: 'Whether this is the first answer again, for an idempotency key used before.',
        resolve: (payload) => payload.replayed,
      }),
    }),
  },
)

builder.relayMutationField(
  'cancelScheduledMessage',
  {
    description: 'Which message to take back.',
    inputFields: (t) => ({ id: t.id({ required: true, description: "Our id or WhatsApp's of the message." }) }),
  },
  {
    description:
      'Takes back a scheduled message: it is FAILED, with the reason CANCELLED. CONFLICT where it has begun to go out, or was not scheduled.',
    authScopes: { scope: 'messages:send' },
    resolve: async (_root, { input }, ctx) => ({ message: await cancelScheduledMessage(ctx, input) }),
  },
  {
    description: 'The message, cancelled.',
    outputFields: (t) => ({
      message: t.field({
        type: MessageNode,
        description: 'The stored message.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.message),
      }),
    }),
  },
)

/** The one given member as the flat form that the domain checks. */
function flatten({ flat, ...kinds }: Record<string, unknown>): unknown {
  if (flat !== undefined) return flat
  const [chosen] = Object.entries(kinds)
  return chosen ? { ...(chosen[1] as object), type: chosen[0] } : {}
}
