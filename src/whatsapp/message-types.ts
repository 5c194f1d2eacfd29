/**
 * The one list of message types (contract, sections 5 and 6; whatsapp-cloud-api.md, sections 2 and 4). The key is the
 * name in REST, MCP and webhooks; `graphql` the value of the GraphQL enum; `wire` the name WhatsApp gives it.
 * `outbound`: may be sent. `inbound`: may be received.
 */
export const messageTypes = {
  text: { graphql: 'TEXT', wire: 'text', outbound: true, inbound: true },
  image: { graphql: 'IMAGE', wire: 'image', outbound: true, inbound: true },
  video: { graphql: 'VIDEO', wire: 'video', outbound: true, inbound: true },
  audio: { graphql: 'AUDIO', wire: 'audio', outbound: true, inbound: true },
  document: { graphql: 'DOCUMENT', wire: 'document', outbound: true, inbound: true },
  sticker: { graphql: 'STICKER', wire: 'sticker', outbound: true, inbound: true },
  template: { graphql: 'TEMPLATE', wire: 'template', outbound: true, inbound: false },
  interactive: { graphql: 'INTERACTIVE', wire: 'interactive', outbound: true, inbound: true },
  location: { graphql: 'LOCATION', wire: 'location', outbound: true, inbound: true },
  contact: { graphql: 'CONTACT', wire: 'contacts', outbound: true, inbound: true },
  reaction: { graphql: 'REACTION', wire: 'reaction', outbound: true, inbound: true },
  button: { graphql: 'BUTTON', wire: 'button', outbound: false, inbound: true },
  order: { graphql: 'ORDER', wire: 'order', outbound: false, inbound: true },
  system: { graphql: 'SYSTEM', wire: 'system', outbound: false, inbound: true },
  unsupported: { graphql: 'UNSUPPORTED', wire: 'unsupported', outbound: false, inbound: true },
} as const satisfies Record<string, { graphql: string; wire: string; outbound: boolean; inbound: boolean }>

type Table = typeof messageTypes
type NamesWhere<Direction extends 'outbound' | 'inbound'> = {
  [Name in keyof Table]: Table[Name][Direction] extends true ? Name : never
}[keyof Table]

export type MessageType = keyof Table
export type OutboundType = NamesWhere<'outbound'>
export type InboundType = NamesWhere<'inbound'>

const names = Object.keys(messageTypes) as MessageType[]

export const outboundTypes = names.filter((name): name is OutboundType => messageTypes[name].outbound)

/** The types whose content is a file. */
export const mediaTypes = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type MediaType = (typeof mediaTypes)[number]

export const isMediaType = (type: MessageType): type is MediaType => mediaTypes.some((media) => media === type)
