import { z } from 'zod'
import {
  PageTemplatesDocument,
  SendBroadcastDocument,
  SendMessageDocument,
} from '../../operations/generated/graphql.js'
import { messageTypes } from '../../operations/schemas.js'
import { message } from '../../operations/shapes.js'
import { idempotencyKey, pageArguments, pageInput, pageNames } from '../input.js'
import { broadcastOutput, messageOutput, pageOutput, templateOutput } from '../output.js'
import { adds, asIs, page, reads, tool } from '../tool.js'

export const sendMessage = tool({
  name: 'send_message',
  title: 'Send a WhatsApp message',
  description:
    'Send one message to a person, at once or at scheduledAt. Free-form only within 24 hours of their last message; later only templates. Give the fields of its type: text: text; image, video, document, audio, sticker: mediaUrl or mediaId (document: filename too); template: templateName, language; interactive: interactive; location: latitude, longitude, name; contact: contacts; reaction: messageId, emoji.',
  scope: 'messages:send',
  annotations: adds({ idempotent: false, reachesOut: true }),
  input: z.strictObject({
    to: z.string().describe('A phone with its country code, or a contact id.'),
    type: z.enum([...messageTypes, 'contacts']),
    text: z.string().optional().describe('1 to 4096 characters.'),
    previewUrl: z.boolean().optional(),
    mediaUrl: z.string().optional(),
    mediaId: z.string().optional().describe('med_...'),
    caption: z.string().optional(),
    filename: z.string().optional(),
    voice: z.boolean().optional(),
    templateName: z.string().optional(),
    language: z
      .union([z.string(), z.strictObject({ code: z.string() })])
      .optional()
      .describe('Such as "en_US".'),
    components: z.array(z.unknown()).optional().describe("The template's parameters, in Meta's shape."),
    interactive: z.record(z.string(), z.unknown()).optional().describe("Meta's interactive object."),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    name: z.string().optional(),
    address: z.string().optional(),
    contacts: z.array(z.unknown()).optional().describe('{ name, phone } each.'),
    messageId: z.string().optional().describe('The message reacted to.'),
    emoji: z.string().optional().describe('Empty takes the reaction back.'),
    replyTo: z.string().optional().describe('The id of the message that this one answers.'),
    scheduledAt: z.string().optional().describe('ISO 8601, at most 90 days ahead; absent: at once.'),
    idempotencyKey,
  }),
  output: messageOutput,
  operation: SendMessageDocument,
  variables: ({ to, replyTo, scheduledAt, idempotencyKey, ...flat }) => ({
    input: { to, content: { flat }, replyTo, scheduledAt, idempotencyKey },
  }),
  shape: (data) => message(data.sendMessage.message),
})

export const listTemplates = tool({
  name: 'list_templates',
  title: 'List message templates',
  description: 'The approved texts that may open a conversation. Use status APPROVED to see what can be sent.',
  scope: 'templates:read',
  annotations: reads,
  input: z.strictObject({
    status: z.string().optional().describe('Such as APPROVED.'),
    search: z.string().optional().describe('Any part of the name.'),
    ...pageInput,
  }),
  output: pageOutput(templateOutput),
  operation: PageTemplatesDocument,
  names: pageNames,
  variables: ({ status, search, ...rest }) => ({ status, search, ...pageArguments(rest) }),
  shape: ({ templates }) => page(templates, asIs),
})

export const sendBroadcast = tool({
  name: 'send_broadcast',
  title: 'Send a broadcast',
  description:
    'Send an approved template to every contact with one of some tags who has opted in: once each, many people at once. Call with dryRun true first, show the person the report, and send only when they agree.',
  scope: 'broadcasts:send',
  annotations: adds({ idempotent: false, reachesOut: true }),
  input: z.strictObject({
    name: z.string().describe('For the team.'),
    templateName: z.string(),
    language: z.string().describe('Such as en_US.'),
    components: z.array(z.unknown()).optional().describe("The template's parameters, in Meta's shape."),
    tags: z.array(z.string()).min(1).describe('Who gets it: contacts with any of these.'),
    scheduledAt: z.string().optional().describe('ISO 8601, within a year; absent: at once.'),
    dryRun: z.boolean().optional().describe('Only say what would become of it.'),
    idempotencyKey,
  }),
  output: broadcastOutput,
  operation: SendBroadcastDocument,
  names: {
    'template.name': 'templateName',
    'template.language': 'language',
    'template.components': 'components',
    'audience.tags': 'tags',
    template: 'templateName',
    audience: 'tags',
  },
  variables: ({ name, templateName, language, components, tags, ...rest }) => ({
    input: { name, template: { name: templateName, language, components }, audience: { tags }, ...rest },
  }),
  shape: ({ createBroadcast: { broadcast, report } }) => ({ broadcast, report }),
})
