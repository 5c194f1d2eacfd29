import { createContact, getContact, listContacts } from './tools/contacts.js'
import { getConversation, listConversations } from './tools/conversations.js'
import { listTemplates, sendBroadcast, sendMessage } from './tools/messages.js'
import { createPaymentLink, getAnalytics, listAiAgents, listQuickReplies } from './tools/team.js'

/** The twelve tools, in the order of the contract (section 9). Each is data; what it does stands in the graph. */
export const tools = [
  listContacts,
  getContact,
  createContact,
  listConversations,
  getConversation,
  sendMessage,
  listTemplates,
  sendBroadcast,
  getAnalytics,
  listAiAgents,
  listQuickReplies,
  createPaymentLink,
]
