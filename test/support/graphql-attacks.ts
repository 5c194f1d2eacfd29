import type { Answer, GivenHeaders, TestServer } from './server.js'

export type Attack = {
  name: string
  run(server: TestServer, headers: GivenHeaders): Promise<Answer>
  /** Whether it has achieved what it is for. */
  succeeds(answer: Answer): boolean
}

const times = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ')
const json = { 'content-type': 'application/json' }
const hasData = ({ json: answer }: Answer): boolean => Boolean(answer?.data)
const post = (query: string) => (server: TestServer, headers: GivenHeaders) =>
  server.call('POST', '/graphql', JSON.stringify({ query }), { ...json, ...headers })

const circular = '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'

/** What graphql-cop tries on a server. That there is a page of GraphiQL, which it looks for too, is no secret. */
export const attacks: Attack[] = [
  { name: 'alias overloading', run: post(`{ ${times(101, (i) => `a${i}: __typename`)} }`), succeeds: hasData },
  {
    name: 'array-based batching',
    run: (server, headers) =>
      server.call('POST', '/graphql', JSON.stringify(Array(10).fill({ query: '{ __typename }' })), {
        ...json,
        ...headers,
      }),
    succeeds: ({ json: answer }) => Array.isArray(answer),
  },
  {
    name: 'directive overloading',
    run: post(`{ __typename ${times(500, () => '@skip(if: false)')} }`),
    succeeds: hasData,
  },
  { name: 'circular introspection', run: post(circular), succeeds: hasData },
  { name: 'field duplication', run: post(`{ ${times(500, () => '__typename')} }`), succeeds: hasData },
  {
    name: 'tracing',
    run: post('{ __typename }'),
    succeeds: ({ json: answer }) => answer?.extensions?.tracing !== undefined,
  },
  {
    name: 'field suggestions',
    run: post('{ viewe { scopes } }'),
    succeeds: ({ text }) => text.includes('Did you mean'),
  },
  { name: 'introspection', run: post('{ __schema { types { name } } }'), succeeds: hasData },
  {
    name: 'queries by GET',
    run: (server, headers) => server.call('GET', '/graphql?query={__typename}', undefined, headers),
    succeeds: hasData,
  },
  {
    name: 'mutations by GET',
    run: (server, headers) =>
      server.call('GET', `/graphql?query=${encodeURIComponent('mutation{__typename}')}`, undefined, headers),
    succeeds: hasData,
  },
  {
    name: 'queries by a form',
    run: (server, headers) =>
      server.call('POST', '/graphql', 'query={__typename}', {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      }),
    succeeds: hasData,
  },
  {
    name: 'errors with their insides',
    run: post('query { viewer( { }'),
    succeeds: ({ status, text }) => status >= 500 || /exception|stacktrace|node_modules|\bat .+:\d+/i.test(text),
  },
]
