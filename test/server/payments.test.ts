import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, eventCursor, eventsSince, inbound, refusal } from '../support/graph.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type StripeStandIn, startStripe, stripeSignature } from '../support/stripe.js'
import { startReceiver } from '../support/webhook-receiver.js'
import { newWebhook } from '../support/webhooks.js'

const create = `mutation ($input: CreatePaymentLinkInput!) {
  createPaymentLink(input: $input) { paymentLink { id url amount currency description status contactId expiresAt paidAt } }
}`
const read = `query ($id: ID!) {
  paymentLink(id: $id) { id url amount currency status paidAt provider contact { id } }
}`
const secret = 'whsec_of_the_test'

describeServer('payment links', () => {
  let server: TestServer
  let stripe: StripeStandIn
  beforeAll(async () => {
    stripe = await startStripe()
    server = await startServer({
      env: {
        STRIPE_SECRET_KEY: 'sk_test_of_the_test',
        STRIPE_WEBHOOK_SECRET: secret,
        STRIPE_API_URL: stripe.url,
        ALLOW_PRIVATE_URLS: 'on',
      },
    })
  })
  afterAll(async () => {
    await server.dispose()
    await stripe.stop()
  })

  const input = { amount: '499.5', currency: 'inr', description: 'Order 12' }
  const newLink = async (more: object = {}) =>
    (await ask(server, create, { input: { ...input, ...more } })).createPaymentLink.paymentLink
  const linkNow = async (id: string) => (await ask(server, read, { id })).paymentLink
  const session = (url: string, more: object = {}, type = 'checkout.session.completed') =>
    JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type,
      data: {
        object: { object: 'checkout.session', payment_link: url.split('/').at(-1), payment_status: 'paid', ...more },
      },
    })
  const post = (body: string, signature: string | null = stripeSignature(body, secret), provider = 'stripe') =>
    server.call('POST', `/webhooks/payments/${provider}`, body, {
      authorization: '',
      'content-type': 'application/json',
      ...(signature === null ? {} : { 'stripe-signature': signature }),
    })

  test('are made at Stripe for exactly the amount, to be paid once', async () => {
    const { contactId } = await inbound(server, newPhone(), 'hello')
    const link = await newLink({ contactId })
    expect(link).toEqual({
      id: expect.stringMatching(/^pay_/),
      url: expect.stringMatching(/^https:\/\/buy\.stripe\.com\/plink_/),
      amount: '499.50',
      currency: 'INR',
      description: 'Order 12',
      status: 'OPEN',
      contactId,
      expiresAt: null,
      paidAt: null,
    })
    const asked = stripe.requests.at(-1)
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/payment_links' })
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer sk_test_of_the_test', 'idempotency-key': link.id })
    expect(Object.fromEntries(asked?.params ?? [])).toEqual({
      'line_items[0][price_data][currency]': 'inr',
      'line_items[0][price_data][unit_amount]': '49950',
      'line_items[0][price_data][product_data][name]': 'Order 12',
      'line_items[0][quantity]': '1',
      'restrictions[completed_sessions][limit]': '1',
      'metadata[paymentLinkId]': link.id,
    })
    expect(await linkNow(link.id)).toMatchObject({ status: 'OPEN', provider: 'stripe', contact: { id: contactId } })
    await newLink({ amount: 500, currency: 'JPY' })
    expect(stripe.requests.at(-1)?.params.get('line_items[0][price_data][unit_amount]')).toBe('500')

    // The link outlives its contact.
    await ask(server, 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }', { id: contactId })
    expect(await linkNow(link.id)).toMatchObject({ status: 'OPEN', contact: null })
  })

  test.each([
    [{ amount: '0' }, 'BAD_REQUEST', 'amount'],
    [{ amount: '-5' }, 'BAD_REQUEST', 'amount'],
    [{ amount: '1.005' }, 'BAD_REQUEST', 'amount'],
    [{ amount: '1.5', currency: 'JPY' }, 'BAD_REQUEST', 'amount'],
    [{ amount: '1.255', currency: 'KWD' }, 'BAD_REQUEST', 'amount'],
    [{ currency: 'XYZ' }, 'BAD_REQUEST', 'currency'],
    [{ description: ' ' }, 'BAD_REQUEST', 'description'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'BAD_REQUEST', 'expiresAt'],
    [{ expiresAt: '2999-01-01T00:00:00Z' }, 'BAD_REQUEST', 'expiresAt'],
    [{ contactId: 'con_nobody' }, 'NOT_FOUND', undefined],
  ])('with %j are refused before Stripe is asked', async (wrong, code, path) => {
    const before = stripe.requests.length
    const refused = await refusal(server, create, { input: { ...input, ...wrong } })
    expect(refused).toMatchObject({ code, ...(path ? { details: [{ path }] } : {}) })
    expect(stripe.requests).toHaveLength(before)
  })

  test('have one link for an idempotency key, also when asked for at once; another request under it is a conflict', async () => {
    const idempotencyKey = 'order 12'
    const links = await Promise.all([1, 2, 3].map(() => newLink({ idempotencyKey })))
    expect(new Set(links.map(({ id }) => id)).size).toBe(1)
    expect((await newLink({ idempotencyKey, amount: '499.50' })).id).toBe(links[0].id)
    const other = { ...input, idempotencyKey, amount: '500' }
    expect(await refusal(server, create, { input: other })).toMatchObject({ code: 'CONFLICT' })
  })

  test('that Stripe refuses, or does not answer for, are none: nothing is listed, and the key may be used again', async () => {
    const count = async () => (await ask(server, '{ paymentLinks { totalCount } }')).paymentLinks.totalCount
    const before = await count()
    const idempotencyKey = 'again'
    const asked = { input: { ...input, idempotencyKey } }
    const tooSmall = { type: 'invalid_request_error', code: 'amount_too_small', message: 'must be at least ₹50' }
    stripe.fail({ status: 400, error: tooSmall })
    expect(await refusal(server, create, asked)).toMatchObject({ code: 'BAD_REQUEST', details: [{ path: 'amount' }] })
    stripe.fail({ status: 401, error: { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_***' } })
    const { errors } = await server.graphql(create, asked)
    expect(errors?.[0]).toMatchObject({ message: expect.not.stringContaining('sk_'), extensions: { code: 'UPSTREAM' } })
    stripe.fail('hang up', 'hang up')
    expect(await refusal(server, create, asked)).toMatchObject({ code: 'UPSTREAM' })
    expect(await count()).toBe(before)
    // One lost answer is asked for again under the same key.
    stripe.fail('hang up')
    await newLink({ idempotencyKey })
    const [first, second] = stripe.requests.slice(-2)
    expect(first?.headers['idempotency-key']).toBe(second?.headers['idempotency-key'])
    expect(await count()).toBe(before + 1)
  })

  test('that are paid become PAID once, with one event, however often and by how many at once it is told', async () => {
    const receiver = await startReceiver()
    const hook = receiver.url('/paid')
    await newWebhook(server, hook, ['payment.completed'])
    const { contactId } = await inbound(server, newPhone(), 'hello')
    const link = await newLink({ contactId })
    const start = await eventCursor(server)
    const body = session(link.url)
    const answers = await Promise.all([1, 2, 3].map(() => post(body)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const paid = await linkNow(link.id)
    expect(paid).toMatchObject({ status: 'PAID', paidAt: expect.any(String) })
    const last = await newLink()
    await post(session(last.url))
    const events = await eventsSince(server, start, ({ data }) => data.paymentLinkId === last.id)
    const completed = events.filter(({ type }) => type === 'payment.completed')
    expect(completed.map(({ data }) => data.paymentLinkId)).toEqual([link.id, last.id])
    expect(completed[0]?.data).toEqual({
      paymentLinkId: link.id,
      amount: '499.50',
      currency: 'INR',
      description: 'Order 12',
      contact: { id: contactId, phone: expect.any(String), name: 'Asha Rao', tags: [] },
    })
    expect(completed[1]?.data.contact).toBe(null)
    await eventually(() => receiver.at('/paid', 'payment.completed').length === 2)
    expect(receiver.at('/paid', 'payment.completed')[0]?.event.data).toEqual(completed[0]?.data)
    await receiver.stop()
  })

  test('are not paid by a session that is not, and are when a slow payment succeeds', async () => {
    const link = await newLink()
    expect((await post(session(link.url, { payment_status: 'unpaid' }))).status).toBe(200)
    expect((await post(session(link.url, {}, 'checkout.session.expired'))).status).toBe(200)
    expect((await linkNow(link.id)).status).toBe('OPEN')
    await post(session(link.url, {}, 'checkout.session.async_payment_succeeded'))
    expect((await linkNow(link.id)).status).toBe('PAID')
    expect((await post(session('https://buy.stripe.com/plink_of_somebody_else'))).status).toBe(200)
  })

  test('are not paid by what is not signed, wrongly signed, changed or old', async () => {
    const link = await newLink()
    const body = session(link.url)
    const old = new Date(Date.now() - 6 * 60_000)
    for (const signature of [
      null,
      '',
      't=1,v1=0',
      stripeSignature(body, 'whsec_other'),
      stripeSignature(body, secret, old),
    ]) {
      expect((await post(body, signature)).status).toBe(401)
    }
    expect((await post(`${body} `, stripeSignature(body, secret))).status).toBe(401)
    expect((await post(body, undefined, 'paypal')).status).toBe(404)
    expect((await linkNow(link.id)).status).toBe('OPEN')
  })

  test('whose time is over are EXPIRED, Stripe is told, and money that comes all the same is money', async () => {
    const expiresAt = new Date(Date.now() + 1500).toISOString()
    const link = await newLink({ expiresAt })
    await eventually(async () => (await linkNow(link.id)).status === 'EXPIRED')
    const list = 'query ($status: PaymentLinkStatus) { paymentLinks(status: $status, first: 50) { nodes { id } } }'
    for (const status of ['OPEN', 'EXPIRED']) {
      const { nodes } = (await ask(server, list, { status })).paymentLinks
      expect(nodes.some(({ id }: { id: string }) => id === link.id)).toBe(status === 'EXPIRED')
    }
    // A start sweeps at once.
    await server.restart()
    const close = `/v1/payment_links/${link.url.split('/').at(-1)}`
    await eventually(() => stripe.requests.some(({ path }) => path === close))
    expect(stripe.requests.find(({ path }) => path === close)?.params.get('active')).toBe('false')
    await post(session(link.url))
    expect((await linkNow(link.id)).status).toBe('PAID')
  })

  describe('without Stripe set up', () => {
    test('are NOT_CONFIGURED, and there is nowhere to tell of payments', async () => {
      await server.restart({ STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '' })
      expect(await refusal(server, create, { input })).toMatchObject({ code: 'NOT_CONFIGURED' })
      expect((await post(session('x/plink_1'))).status).toBe(404)
    })
  })
})
