import type { McpServer } from '@modelcontextprotocol/server'
import { PageConversationsDocument } from '../operations/generated/graphql.js'
import type { Runner } from '../operations/runner.js'
import { protocolErrors } from './resources.js'
import type { RunnerOf } from './results.js'

/** As many of the newest as are looked through. */
const searched = 100
/** As many as the protocol lets one answer hold. */
const maxValues = 100

/** Where a conversation id is to be given: what a person types is part of a name, a number or an id. */
const completed = new Set(['id', 'conversationId'])

export function addCompletion(server: McpServer, runnerOf: RunnerOf): void {
  server.server.setRequestHandler('completion/complete', async ({ params: { argument } }, ctx) => {
    const runner = runnerOf(ctx)
    const values = completed.has(argument.name)
      ? await protocolErrors(runner, () => conversationIds(argument.value.toLowerCase(), runner))
      : []
    return { completion: { values: values.slice(0, maxValues), hasMore: false } }
  })
}

async function conversationIds(typed: string, runner: Runner): Promise<string[]> {
  runner.requireScopes(PageConversationsDocument)
  const { conversations } = await runner.run(PageConversationsDocument, { first: searched })
  return conversations.nodes
    .filter(({ id, contact: { name, phone } }) => [id, name, phone].some((text) => text?.toLowerCase().includes(typed)))
    .map(({ id }) => id)
}
