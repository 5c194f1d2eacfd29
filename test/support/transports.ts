import type { GraphQLResult, TestServer } from './server.js'

export type Outcome = Pick<GraphQLResult, 'errors' | 'extensions'> & { data?: GraphQLResult['data'] }
type Run = (query: string, variables?: Record<string, unknown>) => Promise<Outcome>

/** One document over each transport; what comes first of it, whatever form the transport gives it. */
export function transports(server: TestServer): Record<'HTTP' | 'SSE' | 'WebSocket', Run> {
  return {
    HTTP: (query, variables = {}) => server.graphql(query, variables),
    async SSE(query, variables = {}) {
      const { text } = await server.call('POST', '/graphql', { query, variables }, { accept: 'text/event-stream' })
      const data = /^event: next\ndata: (.*)$/m.exec(text)?.[1] ?? '{}'
      return JSON.parse(data)
    },
    WebSocket: (query, variables = {}) =>
      new Promise((resolve, reject) => {
        const client = server.wsClient()
        let outcome: Outcome | undefined
        const end = (result: Outcome | undefined) => {
          void client.dispose()
          if (result) resolve(result)
          else reject(new Error('The socket answered nothing.'))
        }
        client.subscribe(
          { query, variables },
          {
            next(result) {
              outcome ??= result as Outcome
            },
            // What is refused before it runs comes as a list of errors, a lost connection as something else.
            error: (error) => (Array.isArray(error) ? end({ errors: error }) : reject(error)),
            complete: () => end(outcome),
          },
        )
      }),
  }
}
