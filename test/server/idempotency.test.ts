import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  acceptedOf,
  type Customer,
  conversationOf,
  messageWith,
  newCustomer,
  sendRequests,
  sendText,
} from '../support/messaging.js'
import {
  type Answer,
  describeServer,
  find,
  type GraphQLResult,
  newPhone,
  startServer,
  store,
  type TestServer,
} from '../support/server.js'

const sendsPerHour = 4

describeServer('an idempotency key', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_SENDS_PER_HOUR: String(sendsPerHour) } })
  })
  afterAll(() => server.dispose())

  let keys = 0
  const newKey = () => ({ 'idempotency-key': `key ${++keys} ~!` })
  const replayed = ({ headers }: Answer) => headers.get('idempotent-replayed')
  const sendsOf = async ({ phone }: Customer) => {
    const { messages } = await conversationOf(server, phone)
    return messages.nodes.filter(({ direction }: { direction: string }) => direction === 'OUTBOUND')
  }

  test('with the same body gives the first answer again, however the message has gone on, and sends nothing', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    const first = await sendText(server, phone, 'Once', key)
    expect([first.status, replayed(first)]).toEqual([200, null])
    await messageWith(server, first.json.id, ['READ'])
    const requests = await sendRequests(server)
    for (let repeat = 0; repeat < sendsPerHour + 1; repeat++) {
      const again = await sendText(server, phone, 'Once', key)
      expect([again.status, replayed(again), again.text]).toEqual([200, 'true', first.text])
    }
    expect(await sendRequests(server)).toBe(requests)
    expect(await acceptedOf(server, first.json.id)).toHaveLength(1)
  })

  test('takes spellings and the order of fields for the same body, and every other body for a conflict', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    const body = { to: phone, type: 'text', text: 'Spelled', previewUrl: true }
    const first = await server.rest('POST', '/send', body, key)
    const digits = phone.slice(1)
    const same = [
      { to: digits, type: 'text', text: 'Spelled', previewUrl: true },
      { previewUrl: true, text: 'Spelled', to: ` +91 ${digits.slice(2, 7)}-${digits.slice(7)} `, type: 'text' },
      { to: Number(digits), type: 'text', text: 'Spelled', previewUrl: true, unknownField: 1, replyTo: '' },
    ]
    for (const spelled of same) {
      const again = await server.rest('POST', '/send', spelled, key)
      expect([again.status, again.text]).toEqual([200, first.text])
    }
    const other = [
      { ...body, text: 'spelled' },
      { ...body, previewUrl: false },
      { ...body, to: '+919800000001' },
      { ...body, replyTo: first.json.id },
      { to: phone, type: 'template', templateName: 'hello_world', language: 'en_US' },
    ]
    for (const changed of other) {
      const refused = await server.rest('POST', '/send', changed, key)
      expect([refused.status, refused.json.code, refused.json.id]).toEqual([409, 'CONFLICT', undefined])
    }
    expect(await acceptedOf(server, first.json.id)).toHaveLength(1)
  })

  test('sent fifty times at once is one row, one call of WhatsApp and fifty equal answers, at the end of a limit too', async () => {
    const customer = await newCustomer(server)
    for (let n = 1; n < sendsPerHour; n++) {
      expect((await sendText(server, customer.phone, `Before ${n}`)).status).toBe(200)
    }
    const requests = await sendRequests(server)
    const key = newKey()
    const answers = await Promise.all(Array.from({ length: 50 }, () => sendText(server, customer.phone, 'Fifty', key)))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1)
    expect(await sendRequests(server)).toBe(requests + 1)
    expect((await sendsOf(customer)).filter(({ text }: { text: string }) => text === 'Fifty')).toHaveLength(1)
    // The repeats were not counted: the fifty took the one place that was left, and no other send may follow.
    expect((await sendText(server, customer.phone, 'One too many')).status).toBe(429)
  })

  test.skipIf(store !== 'postgres')('is one over two servers, however many ask both at once', async () => {
    const other = await startServer({
      env: {
        DATABASE_URL: server.env.DATABASE_URL ?? '',
        KAANHA_BOOTSTRAP_KEY: server.key,
        SIMULATOR: 'off',
        WHATSAPP_API_URL: server.simulatorUrl,
        SEND_UNKNOWN_GRACE_SECONDS: '60',
      },
    })
    onTestFinished(() => other.dispose())
    const { phone } = await newCustomer(server)
    const requests = await sendRequests(server)
    const key = newKey()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => sendText(n % 2 === 0 ? server : other, phone, 'Over two', key)),
    )
    // Whoever waited 5 s for the first answer in vain is told to come again.
    const good = answers.filter(({ status }) => status === 200)
    for (const { status, headers } of answers)
      if (status !== 200) expect([status, headers.get('retry-after')]).toEqual([409, '1'])
    expect(new Set(good.map(({ text }) => text)).size).toBe(1)
    expect(await sendRequests(server)).toBe(requests + 1)
  })

  test('is the same through REST and GraphQL, and another organization has its own', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    const first = await sendText(server, phone, 'Two doors', key)
    const mutation = `mutation ($input: SendMessageInput!) {
      sendMessage(input: $input) { replayed message { id status text contact { phone } } } }`
    const input = { to: phone, content: { text: { text: 'Two doors' } }, idempotencyKey: key['idempotency-key'] }
    const again = await server.graphql(mutation, { input })
    expect(again.data.sendMessage).toMatchObject({
      replayed: true,
      message: { id: first.json.id, status: first.json.status, contact: { phone } },
    })
    const conflict = await server.graphql(mutation, { input: { ...input, content: { text: { text: 'Other' } } } })
    expect(conflict.errors?.[0]?.extensions.code).toBe('CONFLICT')

    const foreign = { authorization: `Bearer ${await server.newOrganization('elsewhere')}` }
    await server.rest('POST', '/contacts', { phone, optedIn: true }, foreign)
    const theirs = await sendText(server, phone, 'Two doors', { ...foreign, ...key })
    expect(theirs.json.code).toBe('WINDOW_CLOSED')
  })

  test('of a send that was refused before it was stored is free again', async () => {
    const { phone, contactId } = await newCustomer(server)
    const key = newKey()
    const optedIn = (value: boolean) =>
      server.graphql('mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }', {
        input: { id: contactId, optedIn: value, optInSource: 'test' },
      })
    await optedIn(false)
    expect((await sendText(server, phone, 'Now?', key)).json.code).toBe('OPT_IN_REQUIRED')
    await optedIn(true)
    const sent = await sendText(server, phone, 'Another body even', key)
    expect([sent.status, replayed(sent)]).toEqual([200, null])
  })

  test('of a send that WhatsApp refused gives the same error with the same id', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    await server.simulator('POST', '/faults', { fail: { code: 131026, times: 1 } })
    const first = await sendText(server, phone, 'Refused', key)
    const again = await sendText(server, phone, 'Refused', key)
    const shown = ({ status, json: { requestId: _, ...body } }: Answer) => ({ status, ...body })
    expect(shown(first)).toMatchObject({ status: 400, code: 'BAD_REQUEST', id: expect.stringMatching(/^msg_/) })
    expect(shown(again)).toEqual(shown(first))
    expect([replayed(first), replayed(again)]).toEqual([null, 'true'])
    const input = { to: phone, content: { text: { text: 'Refused' } }, idempotencyKey: key['idempotency-key'] }
    const { errors } = await server.graphql(
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
      { input },
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', id: first.json.id, replayed: true })
  })

  test('whose first request is still in flight waits for its answer', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    await server.simulator('POST', '/faults', { latencyMs: 1500 })
    const first = sendText(server, phone, 'Slow', key)
    const again = sendText(server, phone, 'Slow', key)
    expect((await again).text).toBe((await first).text)
    await server.simulator('POST', '/faults', { latencyMs: 0 })
  })

  test('is kept over a restart', async () => {
    const { phone } = await newCustomer(server)
    const key = newKey()
    const first = await sendText(server, phone, 'Kept', key)
    await server.restart()
    const again = await sendText(server, phone, 'Kept', key)
    expect([again.status, replayed(again), again.text]).toEqual([200, 'true', first.text])
    expect((await sendText(server, phone, 'Other', key)).status).toBe(409)
  })

  test('of a request whose server was killed before it could answer finds the message, and is answered', async () => {
    const customer = await newCustomer(server)
    const key = newKey()
    await server.simulator('POST', '/faults', { latencyMs: 60_000, autoStatuses: false })
    const first = sendText(server, customer.phone, 'Killed', key).catch(() => null)
    const stored = await find(async () => (await sendsOf(customer))[0])
    await server.kill()
    expect(await first).toBeNull()
    await server.restart()
    const answered = await find(async () => {
      const again = await sendText(server, customer.phone, 'Killed', key)
      if (again.status === 200) return again
      expect([again.status, again.json.code, again.headers.get('retry-after')]).toEqual([409, 'CONFLICT', '1'])
    }, 30_000)
    expect(answered.json.id).toBe(stored.id)
    expect((await sendsOf(customer)).length).toBe(1)
    expect((await sendText(server, customer.phone, 'Killed', key)).text).toBe(answered.text)
  })

  test('makes a contact once, also of requests that come together; another request, or a send, with it is a conflict', async () => {
    const mutation = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id name } } }'
    const create = (input: object) => server.graphql(mutation, { input })
    const [idempotencyKey = ''] = Object.values(newKey())
    const contact = { phone: newPhone(), name: 'Asha', tags: ['a'], idempotencyKey }
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(contact)))
    expect(answers.map(({ errors }) => errors)).toEqual(Array(8).fill(undefined))
    expect(new Set(answers.map(({ data }) => data.createContact.contact.id)).size).toBe(1)
    const codeOf = async (answer: Promise<GraphQLResult>) => (await answer).errors?.[0]?.extensions.code
    expect(await codeOf(create({ ...contact, name: 'Meera' }))).toBe('CONFLICT')
    expect(await codeOf(create({ phone: newPhone(), idempotencyKey }))).toBe('CONFLICT')
    const { phone } = await newCustomer(server)
    expect((await sendText(server, phone, 'Hello', { 'idempotency-key': idempotencyKey })).status).toBe(409)
    expect((await sendText(server, phone, 'Hello', { 'idempotency-key': 'of a send' })).status).toBe(200)
    expect(await codeOf(create({ phone: newPhone(), idempotencyKey: 'of a send' }))).toBe('CONFLICT')
    expect(await codeOf(create({ phone: newPhone(), idempotencyKey: '' }))).toBe('BAD_REQUEST')

    // A refusal is not remembered: the key is free for what is put right.
    const free = 'refused first'
    expect(await codeOf(create({ phone: contact.phone, idempotencyKey: free }))).toBe('CONFLICT')
    expect((await create({ phone: newPhone(), idempotencyKey: free })).errors).toBeUndefined()

    const id = answers[0]?.data.createContact.contact.id
    await server.graphql('mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }', { id })
    expect(await codeOf(create(contact))).toBe('CONFLICT')
  })
})
