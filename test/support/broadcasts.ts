import { ask } from './graph.js'
import { bearer, consentingContact } from './rest.js'
import { find, type GivenHeaders, type TestServer } from './server.js'

export const createBroadcastMutation = `mutation ($input: CreateBroadcastInput!) {
  createBroadcast(input: $input) { replayed broadcast { id status total } report {
    total wouldSend durationSeconds skipped { reason count } previews { contactId phone components body }
    csv { rows rejected newContacts faults { line reason } }
  } }
}`

const fields = `id name status statusReason total pending sent delivered read failed skipped
  startedAt completedAt frozenAt retryOfId csvRows csvRejected csvFaults { line reason }`

export type Counts = { total: number; pending: number; sent: number; delivered: number; read: number } & {
  failed: number
  skipped: number
}
export type BroadcastNow = {
  id: string
  name: string
  status: string
  statusReason: string | null
  retryOfId: string | null
  csvRows: number | null
  csvRejected: number
  csvFaults: { line: number; reason: string }[]
} & Counts

type Input = Record<string, unknown>

/** The template `order_update`, which has two places, unless `input` says otherwise. */
export const broadcastInput = (input: Input = {}): Input => ({
  name: 'Test',
  template: { name: 'order_update', language: 'en', components: filled('Asha', '#1') },
  audience: {},
  ...input,
})

export const filled = (...texts: string[]) => [
  { type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) },
]

/** A broadcast's id. */
export async function newBroadcast(server: TestServer, input: Input, headers: GivenHeaders = {}): Promise<string> {
  const { createBroadcast } = await ask(server, createBroadcastMutation, { input: broadcastInput(input) }, headers)
  return createBroadcast.broadcast.id
}

export const broadcastNow = async (server: TestServer, id: string, headers: GivenHeaders = {}): Promise<BroadcastNow> =>
  (await ask(server, `query ($id: ID!) { broadcast(id: $id) { ${fields} } }`, { id }, headers)).broadcast

/** Waits until a broadcast is as `so` says. */
export const broadcastWhen = (
  server: TestServer,
  id: string,
  so: (broadcast: BroadcastNow) => boolean,
  { timeoutMs = 30_000, headers = {} as GivenHeaders } = {},
): Promise<BroadcastNow> =>
  find(async () => {
    const now = await broadcastNow(server, id, headers)
    return so(now) && now
  }, timeoutMs)

export const broadcastWith = (server: TestServer, id: string, status: string, timeoutMs?: number) =>
  broadcastWhen(server, id, (now) => now.status === status, timeoutMs === undefined ? {} : { timeoutMs })

export type Recipient = {
  contactId: string
  phone: string
  status: string
  skipReason: string | null
  reason: string | null
  parameters: unknown
  dueAt: string
  messageId: string | null
}

/** The whole ledger, or one status of it. */
export async function ledgerOf(server: TestServer, id: string, status: string | null = null): Promise<Recipient[]> {
  const rows: Recipient[] = []
  const query = `query ($id: ID!, $after: String, $status: BroadcastRecipientStatus) { broadcast(id: $id) {
    recipients(first: 100, after: $after, status: $status) {
      nodes { contactId phone status skipReason reason parameters dueAt messageId } pageInfo { hasNextPage endCursor }
    }
  } }`
  for (let after: string | null = null; ; ) {
    const { broadcast } = await ask(server, query, { id, after, status })
    rows.push(...broadcast.recipients.nodes)
    if (!broadcast.recipients.pageInfo.hasNextPage) return rows
    after = broadcast.recipients.pageInfo.endCursor
  }
}

export const control = (server: TestServer, verb: 'pause' | 'resume' | 'cancel' | 'retry', id: string) =>
  ask(server, `mutation ($id: ID!) { ${verb}Broadcast(input: { id: $id }) { broadcast { id status } } }`, { id }).then(
    (data): { id: string; status: string } => data[`${verb}Broadcast`].broadcast,
  )

/** Some contacts who have opted in. */
export const newContacts = async (
  server: TestServer,
  count: number,
  tags: string[] = [],
): Promise<{ id: string; phone: string }[]> => {
  const contacts: { id: string; phone: string }[] = []
  for (let n = 0; n < count; n++) {
    const contact = await consentingContact(server)
    if (tags.length > 0) await tag(server, contact.id, tags)
    contacts.push(contact)
  }
  return contacts
}

export const tag = (server: TestServer, id: string, tags: string[]) =>
  ask(server, 'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }', {
    input: { id, tags },
  })

export type AcceptedTemplate = {
  seq: number
  id: string
  to: string
  bizOpaqueCallbackData: string
  payload: { template: { name: string; components?: { type: string; parameters: { text: string }[] }[] } }
}

/** What WhatsApp has accepted, in order. */
export async function accepted(server: Pick<TestServer, 'simulator'>): Promise<AcceptedTemplate[]> {
  const all: AcceptedTemplate[] = []
  for (;;) {
    const { data } = await server.simulator('GET', `/messages?after=${all.at(-1)?.seq ?? 0}`)
    if (data.length === 0) return all
    all.push(...data)
  }
}

/** The same for some numbers alone. */
export const acceptedFor = async (server: Pick<TestServer, 'simulator'>, phones: string[]) => {
  const digits = new Set(phones.map((phone) => phone.slice(1)))
  return (await accepted(server)).filter(({ to }) => digits.has(to.replace(/\D/g, '')))
}

/** Creates a broadcast with a file, as the GraphQL multipart request specification has it. */
export async function createWithCsv(
  server: TestServer,
  csv: string,
  input: Input = {},
  key = server.key,
  // biome-ignore lint/suspicious/noExplicitAny: an answer of either kind.
): Promise<{ data: any; errors?: { message: string; extensions: Record<string, unknown> }[] }> {
  const given = broadcastInput(input)
  const form = new FormData()
  const variables = { input: { ...given, audience: { ...(given.audience as Input), csv: null } } }
  form.set('operations', JSON.stringify({ query: createBroadcastMutation, variables }))
  form.set('map', JSON.stringify({ 0: ['variables.input.audience.csv'] }))
  form.set('0', new Blob([csv], { type: 'text/csv' }), 'people.csv')
  return (await server.call('POST', '/graphql', form, bearer(key))).json
}
