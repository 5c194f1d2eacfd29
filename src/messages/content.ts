import type { Message, MessageType } from '../generated/prisma/client.js'

/** The name of a type in REST, MCP and webhooks (contract, section 5). */
export const typeName = (type: MessageType): string => type.toLowerCase()

/** A stored message's content in the flat form with its type. */
export type StoredContent = { type: string } & Record<string, unknown>

export const contentOf = (message: Pick<Message, 'type' | 'content'>): StoredContent => ({
  ...(message.content as Record<string, unknown>),
  type: typeName(message.type),
})
