import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { messageNow, messageWith, runSimulator, template, watchEvents } from '../support/messaging.js'
import { postWebhook } from '../support/meta-webhook.js'
import { bearer, consentingContact, faultyFields } from '../support/rest.js'
import { type Answer, describeServer, eventually, find, startServer, type TestServer } from '../support/server.js'

const account = '200000000000001'
const filled = (...texts: string[]) => [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }]

/** One template as the graph shows it; null where there is none. */
async function templateNow(server: TestServer, name: string, language = 'en') {
  const { data } = await server.graphql(
    `query ($name: String, $language: String) { templates(name: $name, language: $language) { nodes {
      id name language category status parameterFormat components whatsappId businessAccountId
    } } }`,
    { name, language },
  )
  return data.templates.nodes[0] ?? null
}

const statusOf = async (server: TestServer, name: string) => (await templateNow(server, name))?.status

const sync = (server: TestServer) =>
  server.graphql('mutation { syncTemplates(input: {}) { added updated removed total templates { totalCount } } }')

/** A template made in WhatsApp Manager; `review` lets its approval follow by webhook. */
async function createUpstream(server: TestServer, name: string, text = 'Hi {{1}}', review = false): Promise<void> {
  await server.simulator('POST', '/faults', { autoStatuses: review })
  const response = await fetch(`${server.simulatorUrl}/v24.0/${account}/message_templates`, {
    method: 'POST',
    headers: { authorization: 'Bearer simulator-token', 'content-type': 'application/json' },
    body: JSON.stringify({ name, language: 'en', category: 'UTILITY', components: [{ type: 'BODY', text }] }),
  })
  await server.simulator('POST', '/faults', { autoStatuses: true })
  if (!response.ok) throw new Error(await response.text())
}

/** WhatsApp's reviewers decide, and a webhook tells. */
const decide = (server: TestServer, name: string, event: string, language = 'en') =>
  server.simulator('POST', '/inbound', {
    change: {
      field: 'message_template_status_update',
      value: { event, message_template_name: name, message_template_language: language, reason: 'NONE' },
    },
  })

/** News of a template that WhatsApp's own list does not bear out, as Meta posts them. */
const news = (server: TestServer, field: string, value: Record<string, unknown>) =>
  postWebhook(server, { object: 'whatsapp_business_account', entry: [{ id: account, changes: [{ field, value }] }] })

describeServer('the templates of an account', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer()
    events = await watchEvents(server)
  })
  afterEach(() => server.simulator('POST', '/faults', { fail: null, autoStatuses: true }))
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const told = (name: string) =>
    events
      .all()
      .flatMap(({ type, data }) => (type === 'template.updated' && data.template.name === name ? [data.template] : []))
  const send = async (content: object) => {
    const { phone: to } = await consentingContact(server)
    return server.rest('POST', '/send', { to, type: 'template', ...content })
  }

  test('are there when the server is ready, as WhatsApp lists them', async () => {
    expect(await templateNow(server, 'order_update')).toEqual({
      id: expect.stringMatching(/^tpl_/),
      name: 'order_update',
      language: 'en',
      category: 'UTILITY',
      status: 'APPROVED',
      parameterFormat: 'POSITIONAL',
      components: [expect.objectContaining({ type: 'BODY', text: 'Hi {{1}}, your order {{2}} is on its way.' })],
      whatsappId: '700000000000002',
      businessAccountId: account,
    })
    const { data } = await server.graphql('{ templates { totalCount } }')
    expect(data.templates.totalCount).toBeGreaterThan(25)
  })

  test('are listed by pages and by filter, and answer to node', async () => {
    const names = async (args: string) => {
      const { data } = await server.graphql(
        `{ templates(first: 100, ${args}) { nodes { name language status category } } }`,
      )
      return data.templates.nodes
    }
    expect(await names('status: "paused"')).toEqual([
      { name: 'flash_sale', language: 'en', status: 'PAUSED', category: 'MARKETING' },
    ])
    expect((await names('category: "authentication"')).map(({ name }: { name: string }) => name)).toEqual([
      'login_code',
    ])
    expect((await names('language: "hi", search: "REMINDER"')).map(({ name }: { name: string }) => name)).toEqual([
      'appointment_reminder',
    ])
    expect(await names('name: "appointment_reminder"')).toHaveLength(4)
    expect(await names('search: "%"')).toEqual([])

    const all: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { data } = await server.graphql(
        'query ($after: String) { templates(first: 10, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      all.push(...data.templates.nodes.map(({ id }: { id: string }) => id))
      more = data.templates.pageInfo.hasNextPage
      after = data.templates.pageInfo.endCursor
    }
    const { data } = await server.graphql('{ templates { totalCount } }')
    expect([all.length, new Set(all).size]).toEqual([data.templates.totalCount, data.templates.totalCount])

    const { id } = await templateNow(server, 'order_update')
    const node = await server.graphql('query ($id: ID!) { node(id: $id) { ... on Template { name } } }', { id })
    expect(node.data.node).toEqual({ name: 'order_update' })
  })

  test('are shown as a customer would see them, with parameters or without, and what does not fit is named', async () => {
    const preview = async (name: string, components?: unknown) =>
      server.graphql(
        `query ($name: String, $components: JSON) { templates(name: $name, first: 1) { nodes { preview(components: $components) {
          header { format text media } body footer buttons { type text value } faults { path message }
        } } } }`,
        { name, components },
      )
    const shown = async (name: string, components?: unknown) =>
      (await preview(name, components)).data.templates.nodes[0].preview
    expect(await shown('hello_world')).toEqual({
      header: { format: 'TEXT', text: 'Hello World', media: null },
      body: 'Welcome! This message shows that your number can send templates.',
      footer: 'WhatsApp Business Platform sample message',
      buttons: [],
      faults: [],
    })
    expect(await shown('order_update', filled('Asha', 'A-1042'))).toMatchObject({
      body: 'Hi Asha, your order A-1042 is on its way.',
      faults: [],
    })
    expect(await shown('order_update')).toMatchObject({
      body: 'Hi {{1}}, your order {{2}} is on its way.',
      faults: [{ path: 'components', message: expect.stringContaining('2 body parameters') }],
    })
    const named = Object.entries({ due_date: '1 May', customer_name: 'Asha', amount: '₹1,200' })
    const parameters = named.map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }))
    expect((await shown('payment_reminder', [{ type: 'BODY', parameters }])).body).toBe(
      'Dear Asha, ₹1,200 is due on 1 May.',
    )

    const { errors } = await preview('order_update', [{ type: 'body', parameters: [{ text: 'no type' }] }])
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_REQUEST',
      details: [{ path: 'components.0.parameters.0.type', message: 'is required' }],
    })
  })

  test('need the scopes of templates, and are another organization’s never', async () => {
    const key = async (...scopes: string[]) => {
      const { stdout } = await server.operator(
        'keys',
        'create',
        '--org',
        'demo',
        '--name',
        'k',
        '--scopes',
        scopes.join(),
      )
      return bearer(stdout.trim())
    }
    const [reader, sender] = [await key('templates:read'), await key('messages:send')]
    const list = '{ templates { totalCount } }'
    const mutation = 'mutation { syncTemplates(input: {}) { total } }'
    expect((await server.graphql(list, {}, reader)).errors).toBeUndefined()
    expect((await server.graphql(list, {}, sender)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await server.graphql(mutation, {}, reader)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')

    const other = bearer(await server.newOrganization('templateless'))
    const { id } = await templateNow(server, 'order_update')
    expect((await server.graphql(list, {}, other)).data.templates.totalCount).toBe(0)
    expect((await server.graphql(`{ node(id: "${id}") { id } }`, {}, other)).data.node).toBeNull()
    expect((await server.graphql(mutation, {}, other)).errors?.[0]?.extensions.code).toBe('NOT_CONFIGURED')
    const wrong = 'mutation { syncTemplates(input: { businessAccountId: "1" }) { total } }'
    expect((await server.graphql(wrong)).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_REQUEST',
      details: [{ path: 'businessAccountId' }],
    })
  })

  test('are synced over every page; what came, changed and went is counted and told', async () => {
    const before = (await sync(server)).data.syncTemplates
    expect(before).toMatchObject({ added: 0, updated: 0, removed: 0, templates: { totalCount: before.total } })
    for (let n = 0; n < 105; n++) await createUpstream(server, `paged_${n}`)
    const added = (await sync(server)).data.syncTemplates
    expect(added).toMatchObject({ added: 105, updated: 0, removed: 0, total: before.total + 105 })
    expect(await statusOf(server, 'paged_0')).toBe('PENDING')
    await eventually(() => told('paged_104').length === 1)
    expect((await server.graphql('{ templates(first: 1) { nodes { name } } }')).data.templates.nodes).toEqual([
      { name: 'paged_104' },
    ])

    await fetch(`${server.simulatorUrl}/v24.0/${account}/message_templates?name=paged_7`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer simulator-token' },
    })
    expect((await sync(server)).data.syncTemplates).toMatchObject({ added: 0, updated: 0, removed: 1 })
    expect(await templateNow(server, 'paged_7')).toBeNull()
    await eventually(() => told('paged_7').some(({ status }) => status === 'DELETED'))
    expect((await sync(server)).data.syncTemplates).toMatchObject({ added: 0, updated: 0, removed: 0 })
    expect(told('paged_104')).toHaveLength(1)
  })

  test('follow WhatsApp’s webhooks, and tell of it once', async () => {
    await decide(server, 'ticket_opened', 'PAUSED')
    await eventually(async () => (await statusOf(server, 'ticket_opened')) === 'PAUSED')
    await decide(server, 'ticket_opened', 'PAUSED')
    await decide(server, 'ticket_opened', 'APPROVED')
    await eventually(async () => (await statusOf(server, 'ticket_opened')) === 'APPROVED')
    await eventually(() => told('ticket_opened').length >= 2)
    expect(told('ticket_opened').map(({ status }) => status)).toEqual(['PAUSED', 'APPROVED'])

    const which = { message_template_name: 'ticket_closed', message_template_language: 'en' }
    expect(
      await news(server, 'template_category_update', {
        ...which,
        previous_category: 'UTILITY',
        new_category: 'MARKETING',
      }),
    ).toBe(200)
    await eventually(async () => (await templateNow(server, 'ticket_closed'))?.category === 'MARKETING')
    await news(server, 'message_template_quality_update', {
      ...which,
      previous_quality_score: 'GREEN',
      new_quality_score: 'RED',
    })
    await news(server, 'message_template_status_update', { ...which, event: 'DISABLED' })
    await eventually(async () => (await statusOf(server, 'ticket_closed')) === 'DISABLED')
    await news(server, 'message_template_status_update', { ...which, event: 'REINSTATED' })
    await eventually(async () => (await statusOf(server, 'ticket_closed')) === 'APPROVED')
    // A list is WhatsApp's last word.
    await sync(server)
    expect(await templateNow(server, 'ticket_closed')).toMatchObject({ category: 'UTILITY', status: 'APPROVED' })
  })

  test('WhatsApp refuses to list are as they were, and the caller is told why', async () => {
    const before = (await server.graphql('{ templates { totalCount } }')).data
    await server.simulator('POST', '/faults', { tokenExpired: true })
    try {
      const { errors } = await sync(server)
      expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('token'), extensions: { code: 'UPSTREAM' } })
    } finally {
      await server.simulator('POST', '/faults', { tokenExpired: false })
    }
    expect((await server.graphql('{ templates { totalCount } }')).data).toEqual(before)
  })

  test.each<[string, object, string[]]>([
    ['nobody has', { templateName: 'nowhere', language: 'en' }, ['templateName']],
    [
      'is of another language',
      { templateName: 'order_update', language: 'en_US', components: filled('a', 'b') },
      ['language'],
    ],
    ['is paused', { templateName: 'flash_sale', language: 'en', components: filled('a') }, ['templateName']],
    ['is rejected', { templateName: 'guaranteed_prize', language: 'en', components: filled('a') }, ['templateName']],
    ['lacks its values', { templateName: 'order_update', language: 'en' }, ['components']],
    [
      'has one value too few',
      { templateName: 'order_update', language: { code: 'en' }, components: filled('a') },
      ['components.0.parameters'],
    ],
    [
      'has a header of another kind',
      {
        templateName: 'invoice_ready',
        language: 'en',
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link: 'https://a.example/a.png' } }] },
          ...filled('a', 'b'),
        ],
      },
      ['components.0.parameters.0.type'],
    ],
    [
      'lacks its header, a value and its button',
      { templateName: 'discount_coupon', language: 'en', components: filled('a') },
      ['components', 'components.0.parameters'],
    ],
    [
      'has values without their names',
      { templateName: 'payment_reminder', language: 'en', components: filled('a', 'b', 'c') },
      ['components.0.parameters', ...[0, 1, 2].map((n) => `components.0.parameters.${n}.parameter_name`)],
    ],
  ])(
    'that %s: a send is refused by both doors, and nothing is stored or handed over',
    async (_what, content, fields) => {
      const accepted = (await server.simulator('GET', '/messages')).data.length
      const requests = async () =>
        (await server.simulator('GET', '/requests')).data.filter(({ path }: { path: string }) =>
          path.endsWith('/messages'),
        ).length
      const before = await requests()
      const { phone: to, id } = await consentingContact(server)
      const answer: Answer = await server.rest('POST', '/send', { to, type: 'template', ...content })
      expect({ status: answer.status, code: answer.json.code, fields: faultyFields(answer) }).toEqual({
        status: 400,
        code: 'BAD_REQUEST',
        fields,
      })
      const { errors } = await server.graphql(
        'mutation ($to: String!, $flat: JSON!) { sendMessage(input: { to: $to, content: { flat: $flat } }) { message { id } } }',
        { to, flat: { type: 'template', ...content } },
      )
      expect(errors?.[0]?.message).toBe(answer.json.error)
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', details: answer.json.details })
      const { data } = await server.graphql('query ($id: ID!) { conversations(contactId: $id) { totalCount } }', { id })
      expect(data.conversations.totalCount).toBe(0)
      expect(await requests()).toBe(before)
      expect((await server.simulator('GET', '/messages')).data).toHaveLength(accepted)
    },
  )

  test.each<[string, object]>([
    ['without anything to fill in', { templateName: 'hello_world', language: 'en_US' }],
    ['with its values', { templateName: 'order_update', language: 'en', components: filled('Asha', 'A-1') }],
    [
      'with a file above',
      {
        templateName: 'welcome_offer',
        language: 'en',
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link: 'https://a.example/a.png' } }] },
          ...filled('a'),
        ],
      },
    ],
    [
      'with a button’s value',
      {
        templateName: 'track_package',
        language: 'en_US',
        components: [
          ...filled('P'),
          { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: 'P' }] },
        ],
      },
    ],
    [
      'with a code',
      {
        templateName: 'login_code',
        language: 'en_US',
        components: [
          ...filled('123'),
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123' }] },
        ],
      },
    ],
    [
      'with named values',
      {
        templateName: 'payment_reminder',
        language: 'en',
        components: [
          {
            type: 'body',
            parameters: ['amount', 'customer_name', 'due_date'].map((name) => ({
              type: 'text',
              parameter_name: name,
              text: name,
            })),
          },
        ],
      },
    ],
  ])('%s: what fits goes out, as the simulator agrees', async (_what, content) => {
    const answer = await send(content)
    expect([answer.status, answer.json.status, answer.json.error]).toEqual([200, 'SENT', null])
  })

  test('that a webhook paused goes out no more', async () => {
    await decide(server, 'pickup_ready', 'PAUSED')
    await eventually(async () => (await statusOf(server, 'pickup_ready')) === 'PAUSED')
    const answer = await send({ templateName: 'pickup_ready', language: 'en', components: filled('a') })
    expect([answer.status, faultyFields(answer)]).toEqual([400, ['templateName']])
    expect(answer.json.error).toMatch(/paused/)
  })

  test.each([
    [132015, 'order_delayed', 'PAUSED'],
    [132016, 'order_delivered', 'DISABLED'],
  ])(
    'refused with %d is stopped: its row says so, an event tells, and it goes out no more',
    async (code, name, status) => {
      const parameters = name === 'order_delayed' ? ['a', 'b'] : ['a']
      const content = { templateName: name, language: 'en', components: filled(...parameters) }
      await server.simulator('POST', '/faults', { fail: { code, times: 1 } })
      const answer = await send(content)
      expect([answer.status, answer.json.code]).toEqual([400, 'BAD_REQUEST'])
      expect(await messageNow(server, answer.json.id)).toMatchObject({ status: 'FAILED', error: { code } })
      await eventually(() => told(name).some((template) => template.status === status))
      expect(await statusOf(server, name)).toBe(status)
      // What is refused is held against a fresh list once a minute: this one is not asked for again yet.
      const again = await send(content)
      expect([again.status, again.json.id, faultyFields(again)]).toEqual([400, undefined, ['templateName']])
      await sync(server)
      expect(await statusOf(server, name)).toBe('APPROVED')
    },
  )

  test('that fails later, by webhook, is stopped too', async () => {
    const answer = await send({ templateName: 'refund_issued', language: 'en', components: filled('a', 'b') })
    await messageWith(server, answer.json.id, ['READ'])
    const errors = [{ code: 132015, title: 'Template is Paused' }]
    await server.simulator('POST', '/statuses', { id: answer.json.messageId, status: 'failed', errors })
    await eventually(async () => (await statusOf(server, 'refund_issued')) === 'PAUSED')
  })
})

describeServer('a server whose WhatsApp is away when it starts', () => {
  test('lets a template through until it knows better; then it syncs by itself', async () => {
    const port = await freePort()
    const server = await startServer({ env: { WHATSAPP_API_URL: `http://127.0.0.1:${port}` }, empty: true })
    try {
      const { phone: to } = await consentingContact(server)
      const answer = await server.rest('POST', '/send', { to, ...template, templateName: 'never_seen' })
      expect([answer.status, answer.json.status]).toEqual([200, 'QUEUED'])
      const outside = await runSimulator(port, server.url)
      try {
        await find(
          async () => (await server.graphql('{ templates { totalCount } }')).data.templates.totalCount > 25,
          60_000,
        )
        const refused = await server.rest('POST', '/send', { to, ...template, templateName: 'never_seen' })
        expect([refused.status, faultyFields(refused)]).toEqual([400, ['templateName']])
        expect(await messageWith(server, answer.json.id, ['FAILED'], 30_000)).toMatchObject({ error: { code: 132001 } })
      } finally {
        await outside.stop()
      }
    } finally {
      await server.dispose()
    }
  })
})
