import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { GetConversationDocument, PageConversationsDocument } from '../operations/generated/graphql.js'
import type { Runner } from '../operations/runner.js'
import { conversationWithMessages, recentMessages } from '../operations/shapes.js'
import { type RunnerOf, textOf, toldError } from './results.js'

/** As many of the newest as a person would look through. */
const listed = 50

export const conversationUri = (id: string) => `kaanha://conversation/${id}`

/** The conversation that a uri names; null where it names none of ours. */
export const conversationIdOf = (uri: string): string | null =>
  /^kaanha:\/\/conversation\/([a-z0-9_]+)$/.exec(uri)?.[1] ?? null

/** A conversation as an attachment: read by uri, with those of the newest activity listed. */
export function addResources(server: McpServer, runnerOf: RunnerOf): void {
  const template = new ResourceTemplate('kaanha://conversation/{id}', {
    list: async (ctx) => ({ resources: await protocolErrors(runnerOf(ctx), newestConversations) }),
  })
  server.registerResource(
    'conversation',
    template,
    {
      title: 'Conversation',
      description: `A conversation with its newest ${recentMessages} messages, as JSON.`,
      mimeType: 'application/json',
    },
    async (uri, _variables, ctx) => ({ contents: [await readConversation(uri.href, runnerOf(ctx))] }),
  )
}

async function newestConversations(runner: Runner) {
  runner.requireScopes(PageConversationsDocument)
  const { conversations } = await runner.run(PageConversationsDocument, { first: listed })
  return conversations.nodes.map(({ id, contact, status, lastMessage }) => ({
    uri: conversationUri(id),
    name: id,
    title: contact.name ?? contact.phone ?? id,
    description: `${status}${lastMessage?.text ? `: ${lastMessage.text.slice(0, 100)}` : ''}`,
    mimeType: 'application/json',
  }))
}

/** @throws ProtocolError: not found, or what the runner refused. */
export async function readConversation(uri: string, runner: Runner) {
  const id = conversationIdOf(uri)
  const conversation = id && (await protocolErrors(runner, () => findConversation(id, runner)))
  if (!conversation) throw new ResourceNotFoundError(uri)
  return { uri, mimeType: 'application/json', text: JSON.stringify(conversationWithMessages(conversation)) }
}

async function findConversation(id: string, runner: Runner) {
  runner.requireScopes(GetConversationDocument)
  return (await runner.run(GetConversationDocument, { id, messages: recentMessages })).conversation
}

const callersFault = new Set(['BAD_REQUEST', 'NOT_FOUND', 'CURSOR_EXPIRED'])

/** What is no tool has no `isError`: a failure is an error of the protocol, with ours under `data`. */
export async function protocolErrors<T>(runner: Runner, work: (runner: Runner) => Promise<T>): Promise<T> {
  try {
    return await work(runner)
  } catch (error) {
    const told = toldError(error, runner)
    const { InvalidParams, InternalError } = ProtocolErrorCode
    throw new ProtocolError(callersFault.has(told.code) ? InvalidParams : InternalError, textOf(told), told)
  }
}
