import { collect, eventually, newPhone, type TestServer } from './server.js'

const waitMs = 30_000

export const transports = ['WebSocket', 'SSE'] as const
export type Transport = (typeof transports)[number]

export const liveClient = (server: TestServer, transport: Transport, key = server.key) =>
  transport === 'SSE' ? server.sseClient({ key }) : server.wsClient({ key })

export type LiveEvent = { cursor: string; type: string; data: Record<string, unknown> }
type Followed = { events: LiveEvent }

export const eventsQuery =
  'subscription ($after: String, $types: [EventType!]) { events(after: $after, types: $types) { cursor type data } }'

/** The end of the log now. */
export async function eventCursor(server: TestServer, key = server.key): Promise<string> {
  const { data } = await server.graphql('{ eventCursor }', {}, { authorization: `Bearer ${key}` })
  return data.eventCursor
}

export type Follower = { events(): LiveEvent[]; errors: unknown[]; ended: Promise<void>; stop(): Promise<void> }

/** Follows `events` from a cursor on, with a client of its own. */
export function followEvents(server: TestServer, transport: Transport, after: string, types?: string[]): Follower {
  const client = liveClient(server, transport)
  const live = collect<Followed>(client, eventsQuery, { after, types })
  return {
    events: () => live.items.map((item) => item.events),
    errors: live.errors,
    ended: live.ended,
    async stop() {
      await live.stop()
      await client.dispose()
    },
  }
}

/**
 * Everything that has happened since a cursor. An answer may be there a moment before its event has its place, so an
 * event of our own is made first, and what stands before it is the log.
 */
export async function logSince(server: TestServer, after: string): Promise<LiveEvent[]> {
  const id = await makeContact(server)
  const isMark = ({ data }: LiveEvent) => (data.contact as { id?: string } | undefined)?.id === id
  const follower = followEvents(server, 'WebSocket', after)
  await eventually(() => follower.events().some(isMark), waitMs)
  await follower.stop()
  const events = follower.events()
  return events.slice(0, events.findIndex(isMark))
}

/** Waits until a follower has an event, and answers all it has up to there. */
export async function upToCursor(follower: Follower, cursor: string): Promise<LiveEvent[]> {
  await eventually(() => follower.events().some((event) => event.cursor === cursor), waitMs)
  const events = follower.events()
  return events.slice(0, events.findIndex((event) => event.cursor === cursor) + 1)
}

/** Makes contacts, a few at a time: an event each. */
export async function makeContacts(server: TestServer, count: number, atOnce = 4): Promise<void> {
  for (let made = 0; made < count; made += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - made) }, () => makeContact(server)))
  }
}

export async function makeContact(server: TestServer, phone = newPhone()): Promise<string> {
  const { data } = await server.graphql(
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }',
    { input: { phone, name: 'Asha Rao', optedIn: true } },
  )
  return data.createContact.contact.id
}
