import type { StoredContent } from '../../messages/content.js'
import { mediaTypes } from '../../whatsapp/message-types.js'
import { builder } from '../builder.js'

const string = (content: StoredContent, field: string) => {
  const value = content[field]
  return typeof value === 'string' ? value : null
}
const flag = (content: StoredContent, field: string) => content[field] === true
const number = (content: StoredContent, field: string) => Number(content[field] ?? 0)

const content = (name: string) => builder.objectRef<StoredContent>(name)

const TextContent = content('TextContent').implement({
  description: 'A text.',
  fields: (t) => ({
    text: t.string({ description: 'The text.', resolve: (c) => string(c, 'text') ?? '' }),
    previewUrl: t.boolean({
      description: 'Whether WhatsApp shows a preview of the first link.',
      resolve: (c) => flag(c, 'previewUrl'),
    }),
  }),
})

const mediaFields = {
  image: { caption: true, filename: false, voice: false },
  video: { caption: true, filename: false, voice: false },
  document: { caption: true, filename: true, voice: false },
  audio: { caption: false, filename: false, voice: true },
  sticker: { caption: false, filename: false, voice: false },
} as const

const mediaContents = mediaTypes.map((type) => {
  const has = mediaFields[type]
  return content(`${type[0]?.toUpperCase()}${type.slice(1)}Content`).implement({
    description: `A file sent as ${type === 'image' || type === 'audio' ? 'an' : 'a'} ${type}.`,
    fields: (t) => ({
      mediaId: t.id({
        nullable: true,
        description: 'The media id (`med_...`); `media(id)` says whether the bytes are here.',
        resolve: (c) => string(c, 'mediaId'),
      }),
      url: t.string({
        nullable: true,
        description: 'Where the bytes are read, with the same key.',
        resolve: (c) => string(c, 'url'),
      }),
      mimeType: t.string({
        nullable: true,
        description: 'The type of the bytes.',
        resolve: (c) => string(c, 'mimeType'),
      }),
      ...(has.caption
        ? { caption: t.string({ nullable: true, description: 'The caption.', resolve: (c) => string(c, 'caption') }) }
        : {}),
      ...(has.filename
        ? { filename: t.string({ nullable: true, description: 'The name.', resolve: (c) => string(c, 'filename') }) }
        : {}),
      ...(has.voice
        ? { voice: t.boolean({ description: 'Whether it is a voice note.', resolve: (c) => flag(c, 'voice') }) }
        : {}),
    }),
  })
})

const TemplateContent = content('TemplateContent').implement({
  description: 'An approved template, filled in.',
  fields: (t) => ({
    templateName: t.string({ description: 'Its name.', resolve: (c) => string(c, 'templateName') ?? '' }),
    language: t.string({ description: 'Its language, such as en_US.', resolve: (c) => string(c, 'language') ?? '' }),
    components: t.field({
      type: 'JSON',
      nullable: true,
      description: "The parameters, in Meta's shape.",
      resolve: (c) => c.components ?? null,
    }),
  }),
})

const InteractiveContent = content('InteractiveContent').implement({
  description: "Buttons, a list, a link; or, inbound, the customer's choice.",
  fields: (t) => ({
    interactive: t.field({ type: 'JSON', description: "Meta's interactive object.", resolve: (c) => c.interactive }),
  }),
})

const LocationContent = content('LocationContent').implement({
  description: 'A place.',
  fields: (t) => ({
    latitude: t.float({ description: 'Degrees north.', resolve: (c) => number(c, 'latitude') }),
    longitude: t.float({ description: 'Degrees east.', resolve: (c) => number(c, 'longitude') }),
    name: t.string({ nullable: true, description: 'The name of the place.', resolve: (c) => string(c, 'name') }),
    address: t.string({ nullable: true, description: 'Its address.', resolve: (c) => string(c, 'address') }),
    url: t.string({ nullable: true, description: 'A page about it.', resolve: (c) => string(c, 'url') }),
  }),
})

const ContactContent = content('ContactContent').implement({
  description: 'Contact cards.',
  fields: (t) => ({
    contacts: t.field({ type: 'JSON', description: "The cards, in Meta's shape.", resolve: (c) => c.contacts }),
  }),
})

const ReactionContent = content('ReactionContent').implement({
  description: 'A reaction to a message.',
  fields: (t) => ({
    messageId: t.id({
      description: "The message reacted to: our id, or WhatsApp's where we do not know the message.",
      resolve: (c) => string(c, 'messageId') ?? '',
    }),
    emoji: t.string({
      description: 'The emoji; empty takes the reaction back.',
      resolve: (c) => string(c, 'emoji') ?? '',
    }),
  }),
})

const ButtonContent = content('ButtonContent').implement({
  description: "A customer's tap on a template's quick reply.",
  fields: (t) => ({
    text: t.string({ description: 'The title of the button.', resolve: (c) => string(c, 'text') ?? '' }),
    payload: t.string({ nullable: true, description: 'Its payload.', resolve: (c) => string(c, 'payload') }),
  }),
})

const OrderContent = content('OrderContent').implement({
  description: "A customer's order from a catalog.",
  fields: (t) => ({
    text: t.string({ nullable: true, description: 'What was written with it.', resolve: (c) => string(c, 'text') }),
    catalogId: t.string({ nullable: true, description: 'The catalog.', resolve: (c) => string(c, 'catalogId') }),
    productItems: t.field({
      type: 'JSON',
      description: "The products, in Meta's shape.",
      resolve: (c) => c.productItems ?? [],
    }),
  }),
})

const SystemContent = content('SystemContent').implement({
  description: "A notice of WhatsApp's own.",
  fields: (t) => ({
    text: t.string({ nullable: true, description: 'The notice.', resolve: (c) => string(c, 'text') }),
    systemType: t.string({
      nullable: true,
      description: 'What it is about, such as user_changed_number.',
      resolve: (c) => string(c, 'systemType'),
    }),
    newPhone: t.string({
      nullable: true,
      description: "The customer's new number, where they changed it.",
      resolve: (c) => string(c, 'newPhone'),
    }),
    newUserId: t.string({
      nullable: true,
      description: "The customer's new business-scoped user id, where it changed.",
      resolve: (c) => string(c, 'newUserId'),
    }),
  }),
})

const UnsupportedContent = content('UnsupportedContent').implement({
  description: 'A kind that WhatsApp does not pass on, or that this version does not know.',
  fields: (t) => ({
    unsupportedType: t.string({
      nullable: true,
      description: "WhatsApp's name of the kind.",
      resolve: (c) => string(c, 'unsupportedType'),
    }),
    raw: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The message as WhatsApp wrote it; where that is long, the beginning of its JSON as text.',
      resolve: (c) => c.raw ?? null,
    }),
  }),
})

export const MessageContent = builder.unionType('MessageContent', {
  description: 'What a message holds, by its kind.',
  types: [
    TextContent,
    ...mediaContents,
    TemplateContent,
    InteractiveContent,
    LocationContent,
    ContactContent,
    ReactionContent,
    ButtonContent,
    OrderContent,
    SystemContent,
    UnsupportedContent,
  ],
  resolveType: (value) => `${value.type[0]?.toUpperCase()}${value.type.slice(1)}Content`,
})
