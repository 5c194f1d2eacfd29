import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allStatuses,
  businessAccountId,
  call,
  dig,
  digList,
  digText,
  type JsonObject,
  type Outside,
  startOutside,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside
const path = `/${businessAccountId}/message_templates`

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

const list = async (query = '') => (await outside.graph('GET', `${path}${query}`)).json
const namesOf = (json: unknown) => digList(json, 'data').map(({ name }) => String(name))

describe('the list', () => {
  test('has 25 templates a page where no limit is given, and its next links lead to all of them once', async () => {
    const first = await list()
    expect(digList(first, 'data')).toHaveLength(25)
    expect(dig(first, 'paging.previous')).toBeUndefined()
    const ids = digList(first, 'data').map(({ id }) => id)
    let page = first
    while (dig(page, 'paging.next')) {
      const next = await call(digText(page, 'paging.next'), 'GET', undefined, {
        authorization: 'Bearer simulator-token',
      })
      page = next.json
      ids.push(...digList(page, 'data').map(({ id }) => id))
    }
    expect(ids.length).toBeGreaterThan(30)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(digList(await list('?limit=500'), 'data').map(({ id }) => id))
  })

  test('pages back and forth by cursor', async () => {
    const all = namesOf(await list('?limit=500&fields=name'))
    const first = await list('?limit=2')
    const second = await list(`?limit=2&after=${digText(first, 'paging.cursors.after')}`)
    expect(namesOf(second)).toEqual(all.slice(2, 4))
    const back = await list(`?limit=2&before=${digText(second, 'paging.cursors.before')}`)
    expect(namesOf(back)).toEqual(all.slice(0, 2))
    for (const bad of ['?after=nonsense', '?limit=0', '?limit=x']) {
      expect(await outside.graph('GET', path + bad)).toMatchObject({ status: 400, json: { error: { code: 100 } } })
    }
  })

  test('is narrowed by its filters and shows the fields asked for', async () => {
    expect(namesOf(await list('?name=order_update'))).toEqual(['order_update'])
    expect(namesOf(await list('?status=PAUSED'))).toEqual(['flash_sale'])
    expect(namesOf(await list('?category=authentication'))).toEqual(['login_code'])
    expect(namesOf(await list('?name=appointment_reminder&language=hi'))).toHaveLength(1)
    expect(namesOf(await list('?content=kettle'))).toEqual(['product_video'])
    expect(namesOf(await list('?name_or_content=Verification'))).toEqual(['login_code'])
    expect(await list('?name=none_of_that_name')).toEqual({ data: [] })
    expect(await list('?name=flash_sale&fields=name,status,quality_score{score}')).toMatchObject({
      data: [{ id: expect.any(String), name: 'flash_sale', status: 'PAUSED', quality_score: { score: 'RED' } }],
    })
    const unknown = await outside.graph('GET', `${path}?fields=colour`)
    expect(digText(unknown.json, 'error.message')).toContain('nonexisting field (colour)')
  })

  test('starts with the templates that the contract names, in every kind a client meets', async () => {
    const templates = digList(await list('?limit=500'), 'data')
    const named = (name: string) => templates.filter((template) => template.name === name)
    expect(named('hello_world')).toMatchObject([{ language: 'en_US', category: 'UTILITY', status: 'APPROVED' }])
    expect(named('order_update')).toMatchObject([{ language: 'en', category: 'UTILITY', status: 'APPROVED' }])
    expect(named('appointment_reminder').length).toBeGreaterThan(2)
    const all = JSON.stringify(templates)
    for (const kind of ['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'QUICK_REPLY', 'URL', 'COPY_CODE', 'FLOW', 'NAMED']) {
      expect(all).toContain(`"${kind}"`)
    }
    expect(new Set(templates.map(({ status }) => status))).toEqual(
      new Set(['APPROVED', 'PAUSED', 'REJECTED', 'DISABLED', 'PENDING']),
    )
  })
})

describe('creating and deleting', () => {
  const fields = {
    name: 'my_template',
    language: 'en',
    category: 'utility',
    components: [{ type: 'body', text: 'Hi {{1}}', example: { body_text: [['Asha']] } }],
  }

  test('a new template is pending, is approved by webhook, and can then be sent', async () => {
    const created = await outside.graph('POST', path, fields)
    expect(created.json).toEqual({ id: expect.any(String), status: 'PENDING', category: 'UTILITY' })
    await eventually(() => outside.receiver.changes().length === 1)
    expect(outside.receiver.changes()[0]).toMatchObject({
      field: 'message_template_status_update',
      value: { event: 'APPROVED', message_template_name: 'my_template', message_template_language: 'en' },
    })
    expect(await list('?name=my_template')).toMatchObject({ data: [{ status: 'APPROVED' }] })
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 'Asha' }] }]
    const template = { name: 'my_template', language: { code: 'en' }, components }
    expect((await outside.send({ type: 'template', template })).status).toBe(200)
  })

  test('a template that exists or is malformed is refused', async () => {
    await outside.graph('POST', path, fields)
    expect(await outside.graph('POST', path, fields)).toMatchObject({
      status: 400,
      json: { error: { code: 100, error_subcode: 2388024, error_data: expect.any(String) } },
    })
    const bad: readonly JsonObject[] = [
      { name: 'Not A Name' },
      { language: 'english' },
      { category: 'NEWS' },
      { components: [] },
      { components: [{ type: 'BODY', text: 'Hi {{2}}' }] },
    ]
    for (const change of bad) {
      const answer = await outside.graph('POST', path, { ...fields, name: 'other', ...change })
      expect([change, answer.status, dig(answer.json, 'error.code')]).toEqual([change, 400, 100])
    }
  })

  test('deleting a name takes all its languages, an id only its own', async () => {
    const hindi = digText(await list('?name=appointment_reminder&language=hi'), 'data.0.id')
    expect((await outside.graph('DELETE', `${path}?name=appointment_reminder&hsm_id=${hindi}`)).status).toBe(200)
    expect(namesOf(await list('?name=appointment_reminder'))).toHaveLength(3)
    expect((await outside.graph('DELETE', `${path}?name=appointment_reminder`)).json).toEqual({ success: true })
    expect(namesOf(await list('?name=appointment_reminder'))).toEqual([])
    expect(await outside.graph('DELETE', `${path}?name=appointment_reminder`)).toMatchObject({
      status: 400,
      json: { error: { code: 100, error_subcode: 2593002 } },
    })
  })
})

describe('sending', () => {
  const text = (value: string, more: JsonObject = {}) => ({ type: 'text', text: value, ...more })
  const body = (...parameters: JsonObject[]) => ({ type: 'body', parameters })
  const header = (parameter: JsonObject) => ({ type: 'header', parameters: [parameter] })
  const button = (subType: string, index: unknown, parameter: JsonObject) => ({
    type: 'button',
    sub_type: subType,
    index,
    parameters: [parameter],
  })
  const image = { type: 'image', image: { link: 'https://example.com/a.png' } }

  const send = (name: string, language: string, components?: JsonObject[]) =>
    outside.send({
      type: 'template',
      template: { name, language: { code: language }, ...(components ? { components } : {}) },
    })

  const accepted: readonly (readonly [name: string, language: string, components?: JsonObject[]])[] = [
    ['hello_world', 'en_US'],
    ['hello_world', 'en_US', []],
    ['order_update', 'en', [body(text('Asha'), text('A-1'))]],
    [
      'order_update',
      'en',
      [body({ type: 'currency', currency: { fallback_value: '₹5', code: 'INR', amount_1000: 5000 } }, text('A-1'))],
    ],
    ['welcome_offer', 'en', [header(image), body(text('Asha'))]],
    [
      'invoice_ready',
      'en',
      [header({ type: 'document', document: { link: 'https://example.com/a.pdf' } }), body(text('a'), text('b'))],
    ],
    ['store_location', 'en', [header({ type: 'location', location: { latitude: 1, longitude: 2 } }), body(text('a'))]],
    [
      'seasonal_sale',
      'en_US',
      [
        header(text('Sale')),
        body(text('a'), text('b'), text('c')),
        button('quick_reply', 1, { type: 'payload', payload: 'stop' }),
      ],
    ],
    ['track_package', 'en_US', [body(text('P-1')), button('url', '1', text('P-1'))]],
    [
      'discount_coupon',
      'en',
      [body(text('a'), text('b')), button('copy_code', 0, { type: 'coupon_code', coupon_code: 'SAVE15' })],
    ],
    ['feedback_form', 'en', [body(text('a')), button('flow', '0', { type: 'action', action: { flow_token: 'x' } })]],
    [
      'payment_reminder',
      'en',
      [
        body(
          text('₹5', { parameter_name: 'amount' }),
          text('Asha', { parameter_name: 'customer_name' }),
          text('1 May', { parameter_name: 'due_date' }),
        ),
      ],
    ],
  ]

  const refused: readonly (readonly [code: number, name: string, language: string, components?: JsonObject[]])[] = [
    [132001, 'no_such_template', 'en'],
    [132001, 'hello_world', 'en'],
    [132001, 'guaranteed_prize', 'en', [body(text('a'))]],
    [132001, 'new_catalogue', 'en', [body(text('a'))]],
    [132015, 'flash_sale', 'en', [body(text('a'))]],
    [132016, 'old_newsletter', 'en', [body(text('a'))]],
    [132000, 'order_update', 'en'],
    [132000, 'order_update', 'en', [body(text('a'))]],
    [132000, 'order_update', 'en', [body(text('a'), text('b'), text('c'))]],
    [132000, 'hello_world', 'en_US', [body(text('a'))]],
    [132000, 'hello_world', 'en_US', [header(text('a'))]],
    [132000, 'order_update', 'en', [header(image), body(text('a'), text('b'))]],
    [132012, 'welcome_offer', 'en', [body(text('a'))]],
    [132012, 'welcome_offer', 'en', [header(text('a')), body(text('a'))]],
    [
      132012,
      'welcome_offer',
      'en',
      [header({ type: 'video', video: { link: 'https://example.com/a' } }), body(text('a'))],
    ],
    [132012, 'order_update', 'en', [body(image, text('b'))]],
    [131008, 'order_update', 'en', [body(text(''), text('b'))]],
    [132005, 'welcome_offer', 'en', [header(image), body(text('x'.repeat(1024)))]],
    [131008, 'track_package', 'en_US', [body(text('a'))]],
    [131008, 'discount_coupon', 'en', [body(text('a'), text('b'))]],
    [132000, 'track_package', 'en_US', [body(text('a')), button('url', '7', text('a'))]],
    [132000, 'welcome_offer', 'en', [header(image), body(text('a')), button('url', '0', text('a'))]],
    [132012, 'track_package', 'en_US', [body(text('a')), button('quick_reply', '1', text('a'))]],
    [100, 'payment_reminder', 'en', [body(text('a'), text('b'), text('c'))]],
    [
      132012,
      'payment_reminder',
      'en',
      [
        body(
          text('a', { parameter_name: 'amount' }),
          text('b', { parameter_name: 'customer_name' }),
          text('c', { parameter_name: 'colour' }),
        ),
      ],
    ],
    [
      132012,
      'payment_reminder',
      'en',
      [
        body(
          text('a', { parameter_name: 'amount' }),
          text('b', { parameter_name: 'amount' }),
          text('c', { parameter_name: 'due_date' }),
        ),
      ],
    ],
    [100, 'hello_world', 'en_US', [{ type: 'sidebar' }]],
  ]

  test('every template is accepted with what it asks for', async () => {
    for (const [name, language, components] of accepted) {
      const answer = await send(name, language, components)
      expect([name, answer.status, answer.text]).toEqual([name, 200, expect.stringContaining('accepted')])
    }
  })

  test('a template is refused with the code that names what is wrong', async () => {
    for (const [code, name, language, components] of refused) {
      const answer = await send(name, language, components)
      expect([name, components, answer.status, dig(answer.json, 'error.code')]).toEqual([name, components, 400, code])
    }
    const count = await send('order_update', 'en', [body(text('a'))])
    expect(dig(count.json, 'error.error_data')).toEqual({
      messaging_product: 'whatsapp',
      details: 'body: number of localizable_params (1) does not match the expected number of params (2)',
    })
  })

  test('marketing is charged, and utility inside the window is free', async () => {
    const offer = digText(
      (await send('welcome_offer', 'en', [header(image), body(text('Asha'))])).json,
      'messages.0.id',
    )
    expect(await outside.receiver.statusNames(offer)).toEqual(allStatuses)
    expect(await outside.receiver.status(offer, 'sent')).toMatchObject({
      pricing: { billable: true, category: 'marketing', type: 'regular' },
    })
    await outside.inbound()
    const hello = digText((await send('hello_world', 'en_US')).json, 'messages.0.id')
    expect(await outside.receiver.status(hello, 'delivered')).toMatchObject({
      pricing: { billable: false, category: 'utility', type: 'free_customer_service' },
    })
  })
})
