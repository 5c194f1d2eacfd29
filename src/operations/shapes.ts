import type { ConversationFieldsFragment, GetConversationQuery, MessageFieldsFragment } from './generated/graphql.js'

/** What REST and MCP show of the same things (contract, section 5), made of what the documents answer. */

export const message = ({ contentData, type, ...fields }: MessageFieldsFragment) => {
  const { id, conversationId, contactId, direction, status, text, ...rest } = fields
  return {
    id,
    conversationId,
    contactId,
    direction,
    type: type.toLowerCase(),
    status,
    text,
    content: contentData,
    ...rest,
  }
}

export const conversation = ({ lastMessage, ...fields }: ConversationFieldsFragment) => ({
  ...fields,
  lastMessage: lastMessage ? message(lastMessage) : null,
})

/** The messages of a conversation that come with it. */
export const recentMessages = 50

/** The newest messages come newest first; a person reads them oldest first. */
export const conversationWithMessages = ({
  messages,
  ...fields
}: NonNullable<GetConversationQuery['conversation']>) => ({
  ...conversation(fields),
  messages: messages.nodes.map(message).reverse(),
})
