import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { collect, eventually, find, newPhone, type TestServer } from './server.js'
import { runProgram } from './server-process.js'
import { within } from './wait.js'

/** What the tests of messages say again and again. */

const messageFields = `id status type text messageId direction replyToId replyTo { id } sentAt deliveredAt readAt failedAt scheduledAt
  conversationId contactId contentData error { code title details reason }`

export type Customer = { phone: string; contactId: string; conversationId: string }

/** A customer who has just written, and so is a contact who has opted in and may be answered for a day. */
export async function newCustomer(server: TestServer, name = 'Asha Rao'): Promise<Customer> {
  const phone = newPhone()
  await server.customerWrites(phone, 'Namaste', name)
  return find(async () => {
    const conversation = await conversationOf(server, phone)
    return (
      conversation?.windowExpiresAt && { phone, contactId: conversation.contact.id, conversationId: conversation.id }
    )
  })
}

/** The conversation with a phone as the graph shows it now; null where there is none. */
export async function conversationOf(server: TestServer, phone: string) {
  const { contact } = (await server.graphql('query ($phone: String!) { contact(phone: $phone) { id } }', { phone }))
    .data
  if (!contact) return null
  const { data } = await server.graphql(
    `query ($id: ID!) { conversations(contactId: $id) { nodes {
      id status unreadCount windowExpiresAt lastMessage { id text }
      contact { id phone userId name optedIn optInSource } messages(first: 50) { nodes { ${messageFields} } }
    } } }`,
    { id: contact.id },
  )
  return data.conversations.nodes[0] ?? null
}

export const sendText = (server: TestServer, to: string, text: string, headers: Record<string, string> = {}) =>
  server.rest('POST', '/send', { to, type: 'text', text }, headers)

export const template = { type: 'template', templateName: 'hello_world', language: 'en_US' }

/** The message as the graph shows it now; null where there is none. */
export async function messageNow(server: TestServer, id: string) {
  const { data } = await server.graphql(`query ($id: ID!) { message(id: $id) { ${messageFields} } }`, { id })
  return data?.message
}

/** Waits until the message has one of these statuses, and answers it. */
export const messageWith = (server: TestServer, id: string, statuses: string[], timeoutMs?: number) =>
  find(async () => {
    const message = await messageNow(server, id)
    return statuses.includes(message?.status) && message
  }, timeoutMs)

export type Accepted = {
  id: string
  to: string
  type: string
  payload: Record<string, unknown>
  bizOpaqueCallbackData: string
}

/** What WhatsApp has accepted under our message id: one, where all is well. */
export async function acceptedOf(server: Pick<TestServer, 'simulator'>, id: string): Promise<Accepted[]> {
  const { data } = await server.simulator('GET', '/messages')
  return data.filter((accepted: Accepted) => accepted.bizOpaqueCallbackData === id)
}

/** How many sends reached WhatsApp, accepted or not. */
export async function sendRequests(server: Pick<TestServer, 'simulator'>): Promise<number> {
  const { data } = await server.simulator('GET', '/requests')
  return data.filter((row: { method: string; path: string }) => row.method === 'POST' && row.path.endsWith('/messages'))
    .length
}

export type LoggedEvent = {
  type: string
  cursor: string
  // biome-ignore lint/suspicious/noExplicitAny: the data of every type of event.
  data: any
}

/** Everything that happens from now on, as a subscriber sees it. */
export async function watchEvents(server: TestServer) {
  const client = server.wsClient()
  const cursor = (await server.graphql('{ eventCursor }')).data.eventCursor
  const live = collect<{ events: LoggedEvent }>(
    client,
    'subscription ($after: String) { events(after: $after) { type cursor data } }',
    { after: cursor },
  )
  const ofMessage = (id: string) => live.items.map((item) => item.events).filter((event) => event.data.id === id)
  return {
    all: () => live.items.map((item) => item.events),
    ofMessage,
    typesOf: (id: string) => ofMessage(id).map((event) => event.type),
    /** The types of a message's events, once the last of them is there. */
    async typesUntil(id: string, last: string): Promise<string[]> {
      await eventually(() => live.errors.length > 0 || ofMessage(id).some((event) => event.type === last))
      if (live.errors.length > 0) throw new AggregateError(live.errors, `The subscription failed: ${live.errors}`)
      return ofMessage(id).map((event) => event.type)
    },
    async stop() {
      await live.stop()
      await client.dispose()
    },
  }
}

/** The simulator as a program of its own, which a server's end does not end. */
export async function runSimulator(port: number | string, callbackUrl: string) {
  const child = runProgram('simulator/main', [], {
    SIMULATOR_PORT: String(port),
    SIMULATOR_CALLBACK_URL: `${callbackUrl}/webhooks/whatsapp`,
  })
  if (!child.stdout) throw new Error('The simulator has no stdout')
  const exited = once(child, 'exit')
  const [line] = (await within(30_000, once(createInterface({ input: child.stdout }), 'line'))) as [string]
  const url = line.slice(line.indexOf('http'))
  return {
    url,
    async simulator(method: string, path: string, body?: unknown) {
      const response = await fetch(`${url}/_simulator${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return response.json()
    },
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
