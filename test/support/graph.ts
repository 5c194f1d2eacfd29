import { expect } from 'vitest'
import { collect, eventually, find, type GivenHeaders, type GraphQLResult, type TestServer } from './server.js'

type Variables = Record<string, unknown>
type Graph = Pick<TestServer, 'graphql'>

/** The data of an answer without errors. */
export async function ask(
  server: Graph,
  query: string,
  variables: Variables = {},
  headers: GivenHeaders = {},
): Promise<GraphQLResult['data']> {
  const { data, errors } = await server.graphql(query, variables, headers)
  if (errors) throw new Error(`${query}\n${JSON.stringify(errors, null, 2)}`)
  return data
}

/** The first error's extensions but the request's id, which must be there. */
export async function refusal(
  server: Graph,
  query: string,
  variables: Variables = {},
  headers: GivenHeaders = {},
): Promise<Record<string, unknown> & { code: string }> {
  const { errors } = await server.graphql(query, variables, headers)
  const { requestId, ...extensions } = errors?.[0]?.extensions ?? { code: 'none', requestId: '' }
  if (errors) expect(requestId).toMatch(/^[\w-]{8,}$/)
  return extensions
}

/** One field for each of some ids, in one document; answers the data in their order. */
export async function askEach(
  server: Graph,
  ids: string[],
  field: (variable: string) => string,
  headers: GivenHeaders = {},
): Promise<unknown[]> {
  const variables = Object.fromEntries(ids.map((id, i) => [`v${i}`, id]))
  const declared = ids.map((_, i) => `$v${i}: ID!`)
  const fields = ids.map((_, i) => `f${i}: ${field(`$v${i}`)}`)
  const data = await ask(server, `query (${declared.join(', ')}) { ${fields.join(' ')} }`, variables, headers)
  return ids.map((_, i) => data[`f${i}`])
}

export const bearer = (key: string): GivenHeaders => ({ authorization: `Bearer ${key}` })

type Page = { nodes: { id: string }[]; edges: { cursor: string; node: { id: string } }[]; pageInfo: PageInfo }
type PageInfo = { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
type PageArgs = { first?: number; after?: string | null; last?: number; before?: string | null; skip?: number }

/** What `walk` needs of each page. */
export const pageFields = `nodes { id } edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`
export const pageArgs = '$first: Int, $after: String, $last: Int, $before: String, $skip: Int'
export const givenPageArgs = 'first: $first, after: $after, last: $last, before: $before, skip: $skip'

function idsOf(page: Page): string[] {
  const ids = page.nodes.map((node) => node.id)
  expect(page.edges.map((edge) => edge.node.id)).toEqual(ids)
  expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null)
  expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null)
  return ids
}

/**
 * Walks a list of several pages forwards by `after`, backwards by `before`, and by `skip` from both ends, and holds each
 * walk against the whole list: in its order, without a gap, without a repetition.
 */
export async function expectWalks(
  whole: string[],
  size: number,
  load: (args: PageArgs) => Promise<Page>,
): Promise<void> {
  expect(whole.length).toBeGreaterThan(2 * size)
  const lastPage = Math.ceil(whole.length / size) - 1

  const forwards: string[] = []
  for (let after: string | null = null, page = 0; page <= lastPage; page++) {
    const answer: Page = await load(after === null ? { first: size } : { first: size, after })
    forwards.push(...idsOf(answer))
    expect(answer.pageInfo).toMatchObject({ hasNextPage: page < lastPage, hasPreviousPage: page > 0 })
    after = answer.pageInfo.endCursor
  }
  expect(forwards).toEqual(whole)

  const backwards: string[] = []
  for (let before: string | null = null, page = 0; page <= lastPage; page++) {
    const answer: Page = await load(before === null ? { last: size } : { last: size, before })
    backwards.unshift(...idsOf(answer))
    expect(answer.pageInfo).toMatchObject({ hasPreviousPage: page < lastPage, hasNextPage: page > 0 })
    before = answer.pageInfo.startCursor
  }
  expect(backwards).toEqual(whole)

  for (const direction of ['first', 'last'] as const) {
    const skipping: string[] = []
    for (let skip = 0; skip <= whole.length; skip += size) {
      const ids = idsOf(await load({ [direction]: size, skip }))
      if (direction === 'first') skipping.push(...ids)
      else skipping.unshift(...ids)
    }
    expect(skipping).toEqual(whole)
  }
}

/** The conversation with a number, once there is one. */
export const conversationWith = (server: TestServer, phone: string): Promise<{ id: string; contactId: string }> =>
  find(async () => {
    const { contact } = await ask(server, 'query ($phone: String) { contact(phone: $phone) { id } }', { phone })
    if (!contact) return null
    const query = 'query ($id: ID) { conversations(contactId: $id) { nodes { id lastMessage { id } } } }'
    const { conversations } = await ask(server, query, { id: contact.id })
    const [found] = conversations.nodes
    return found?.lastMessage ? { id: found.id, contactId: contact.id } : null
  })

/** A customer writes; answers the message's id, once it is here, and where it stands. */
export async function inbound(
  server: TestServer,
  phone: string,
  text: string,
): Promise<{ id: string; wamid: string; conversationId: string; contactId: string }> {
  const wamid = await server.customerWrites(phone, text)
  const query = 'query ($id: ID!) { message(id: $id) { id conversationId contactId } }'
  const message = await find(async () => (await ask(server, query, { id: wamid })).message)
  return { ...message, wamid }
}

type Happened = { type: string; cursor: string; data: Variables }

/** The events since a cursor, up to the first that `last` accepts. */
export async function eventsSince(
  server: TestServer,
  cursor: string,
  last: (event: Happened) => boolean,
): Promise<Happened[]> {
  const client = server.wsClient()
  const live = collect<{ events: Happened }>(
    client,
    'subscription ($after: String) { events(after: $after) { type cursor data } }',
    { after: cursor },
  )
  await eventually(() => live.errors.length > 0 || live.items.some(({ events }) => last(events)))
  await live.stop()
  await client.dispose()
  expect(live.errors).toEqual([])
  const events = live.items.map((item) => item.events)
  return events.slice(0, events.findIndex(last) + 1)
}

export const eventCursor = async (server: Graph): Promise<string> => (await ask(server, '{ eventCursor }')).eventCursor
