import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  contact,
  contactNow,
  deliver,
  deliverAll,
  delivery,
  type Json,
  message,
  newWamid,
  nowSeconds,
  type Row,
  tell,
  text,
  write,
} from '../support/customers.js'
import { collect, describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('consent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({
      env: { CONSENT_STOP_WORDS: 'STOP, UNSUBSCRIBE, BASTA', CONSENT_START_WORDS: 'START, हाँ' },
    })
  })
  afterAll(() => server.dispose())

  const create = async (fields: Json): Promise<Row> => {
    const { json } = await server.rest('POST', '/contacts', { phone: newPhone(), ...fields })
    return contactNow(server, { id: json.id })
  }
  const update = (input: Json) =>
    server.graphql('mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }', {
      input,
    })
  const send = (to: string) => server.rest('POST', '/send', { to, type: 'text', text: 'Hello' })
  const log = (row: Row) => row.consentHistory.nodes.map(({ optedIn, source, proof }: Row) => [optedIn, source, proof])
  const isOptedIn = (value: boolean | null) => (row: Row) => row.optedIn === value
  /** The types of the events of a contact since a cursor, once there are so many. */
  const eventsOf = async (id: string, after: string, count: number): Promise<string[]> => {
    const ws = server.wsClient()
    const live = collect<Row>(ws, 'subscription ($after: String) { events(after: $after) { type data } }', { after })
    const types = () =>
      live.items
        .filter(({ events }) => events.type.startsWith('contact.') && events.data.contact.id === id)
        .map(({ events }) => events.type)
    await find(async () => types().length >= count)
    const found = types()
    await live.stop()
    await ws.dispose()
    return found
  }
  const cursor = async (): Promise<string> => (await ask(server, '{ eventCursor }')).data.eventCursor

  test('STOP opts out and START in, each with its message as the proof, an event, and a row of the log', async () => {
    const { id, phone } = await create({ name: 'Asha', optedIn: true, optInSource: 'web form', optInProof: 'form 7' })
    const after = await cursor()
    const hello = await write(server, { from: phone }, text('Hello'))
    await message(server, hello)
    expect((await send(phone)).status).toBe(200)

    const stop = await write(server, { from: phone }, text(' "Stop!" '))
    const out = await contact(server, { phone }, isOptedIn(false))
    expect(out).toMatchObject({ optInSource: 'keyword', optInProof: stop })
    expect(out.optInAt).toBe((await message(server, stop)).sentAt)
    const refused = await send(phone)
    expect([refused.status, refused.json.code]).toEqual([403, 'OPT_IN_REQUIRED'])
    await message(server, await write(server, { from: phone }, text('But what about my order?')))
    expect((await contactNow(server, { id })).optedIn).toBe(false)

    const start = await write(server, { from: phone }, text('start'))
    const back = await contact(server, { phone }, isOptedIn(true))
    expect(back).toMatchObject({ optInSource: 'keyword', optInProof: start })
    expect((await send(phone)).status).toBe(200)
    expect(log(back)).toEqual([
      [true, 'keyword', start],
      [false, 'keyword', stop],
      [true, 'web form', 'form 7'],
    ])
    expect(await eventsOf(id, after, 3)).toEqual(['contact.updated', 'contact.opted_out', 'contact.updated'])
  })

  test('STOP is a message like any other, and from somebody new makes a contact that has opted out', async () => {
    const phone = newPhone()
    const after = await cursor()
    const wamid = await write(server, { from: phone }, text('UNSUBSCRIBE'))
    const row = await message(server, wamid)
    expect(row).toMatchObject({ type: 'TEXT', text: 'UNSUBSCRIBE', conversation: { unreadCount: 1 } })
    const known = await contactNow(server, { phone })
    expect(known).toMatchObject({ optedIn: false, optInSource: 'keyword', optInProof: wamid })
    expect(log(known)).toEqual([[false, 'keyword', wamid]])
    expect(await eventsOf(known.id, after, 2)).toEqual(['contact.created', 'contact.opted_out'])
  })

  test("a template's quick reply and an edited message say it too; a caption or a longer text does not", async () => {
    const [tapped, edited, talkative] = [await create({}), await create({}), await create({})]
    await write(server, { from: tapped.phone }, { type: 'button', button: { text: 'Stop', payload: 'x' } })
    await contact(server, { id: tapped.id }, isOptedIn(false))
    const wamid = await write(server, { from: edited.phone }, text('Stpo'))
    await write(
      server,
      { from: edited.phone },
      { type: 'edit', edit: { original_message_id: wamid, message: text('Stop') } },
    )
    await contact(server, { id: edited.id }, isOptedIn(false))
    await deliverAll(server, { from: talkative.phone }, [
      { type: 'image', image: { id: '1', caption: 'STOP' } },
      text('Stop sending me the wrong size'),
    ])
    expect(log(await contactNow(server, { id: talkative.id }))).toEqual([[true, 'inbound', expect.any(String)]])
  })

  test('a first message lifts the unknown, once, and nothing else', async () => {
    const { id, phone } = await create({})
    const first = newWamid()
    await deliverAll(server, { from: phone }, [text('Hi', { id: first }), text('Hi'), text('Hi', { id: first })])
    expect(log(await contactNow(server, { id }))).toEqual([[true, 'inbound', first]])
  })

  test('the later of two words counts, also where it arrives first, and a delivery twice is one row of the log', async () => {
    const { id, phone } = await create({ optedIn: true })
    const start = text('START', { id: newWamid(), timestamp: nowSeconds() })
    const stop = text('STOP', { id: newWamid(), timestamp: nowSeconds(30) })
    await deliverAll(server, { from: phone }, [start, stop, start, stop])
    const row = await contactNow(server, { id })
    expect(row).toMatchObject({ optedIn: true, optInProof: start.id })
    expect(log(row)).toEqual([
      [true, 'keyword', start.id],
      [true, 'api', null],
    ])
  })

  test('marketing stopped in WhatsApp opts out, once however often it is told, also of somebody unknown; resumed lifts nothing', async () => {
    const phone = newPhone()
    const preference = (value: string, secondsAgo: number) => ({
      user_preferences: [
        { wa_id: phone.replace('+', ''), category: 'marketing_messages', value, timestamp: nowSeconds(secondsAgo) },
      ],
    })
    const stop = preference('stop', 60)
    await tell(server, 'user_preferences', stop)
    const out = await contact(server, { phone })
    expect(log(out)).toEqual([[false, 'marketing_preference', null]])
    expect((await send(phone)).status).toBe(403)
    const resume = preference('resume', 30)
    for (const value of [stop, resume, stop, resume]) await deliver(server, delivery(value, 'user_preferences'))
    // What comes after them has been taken in when this has.
    await deliverAll(server, { from: phone }, [])
    expect((await send(phone)).status).toBe(403)
    expect(log(await contactNow(server, { phone }))).toEqual([[false, 'marketing_preference', null]])
  })

  test('WhatsApp saying that marketing was stopped opts out, by a status or by its answer', async () => {
    const [late, refused] = [await create({ optedIn: true }), await create({ optedIn: true })]
    for (const { phone } of [late, refused]) await message(server, await write(server, { from: phone }, text('Hi')))
    const sent = (await send(late.phone)).json
    const status = { id: sent.messageId, status: 'failed', errors: [{ code: 131050, title: 'Stopped' }] }
    await server.simulator('POST', '/statuses', status)
    await server.simulator('POST', '/statuses', status)
    const out = await contact(server, { id: late.id }, isOptedIn(false))
    expect(log(out)[0]).toEqual([false, 'whatsapp_131050', sent.messageId])

    await server.simulator('POST', '/faults', { fail: { code: 131050, times: 1 } })
    const answer = await send(refused.phone)
    expect([answer.status, answer.json.code]).toEqual([403, 'OPT_IN_REQUIRED'])
    const also = await contact(server, { id: refused.id }, isOptedIn(false))
    expect(log(also)[0]).toEqual([false, 'whatsapp_131050', answer.json.id])
  })

  describe('recorded by a caller', () => {
    test('is a row of the log for every change, and none where nothing changes', async () => {
      const { id } = await create({ optedIn: true })
      await update({ id, name: 'Bo', optedIn: true })
      await update({ id, optedIn: true, optInSource: 'paper', optInProof: 'sheet 3' })
      await update({ id, optedIn: null })
      await update({ id, optedIn: false })
      await update({ id, name: 'Bo Roy' })
      await update({ id, optedIn: true, optInSource: 'call' })
      const row = await contactNow(server, { id })
      expect(row).toMatchObject({ optedIn: true, optInSource: 'call', optInProof: null })
      expect(log(row)).toEqual([
        [true, 'call', null],
        [false, 'api', null],
        [null, 'api', null],
        [true, 'paper', 'sheet 3'],
        [true, 'api', null],
      ])
      expect((await create({})).consentHistory.totalCount).toBe(0)
    })

    test('an opt-out is lifted, to a yes or to unknown, only with a source', async () => {
      const { id, consentHistory } = await create({ optedIn: false })
      for (const optedIn of [true, null]) {
        const { errors } = await update({ id, optedIn })
        expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', details: [{ path: 'optInSource' }] })
      }
      expect((await contactNow(server, { id })).consentHistory).toEqual(consentHistory)
      await update({ id, optedIn: null, optInSource: 'asked again' })
      expect(log(await contactNow(server, { id }))[0]).toEqual([null, 'asked again', null])
    })
  })

  test('the log is a Relay connection, newest first, page by page from both ends', async () => {
    const { id } = await create({ optedIn: true, optInSource: 's0' })
    for (let i = 1; i < 5; i++) await update({ id, optedIn: i % 2 === 0, optInSource: `s${i}` })
    const page = async (args: string) => {
      const fields = 'nodes { source } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
      const { data, errors } = await server.graphql(
        `{ contact(id: "${id}") { consentHistory(${args}) { ${fields} } } }`,
      )
      const list = data?.contact?.consentHistory
      return {
        sources: list?.nodes.map(({ source }: Row) => source),
        ...list?.pageInfo,
        total: list?.totalCount,
        errors,
      }
    }
    const first = await page('first: 2')
    expect(first).toMatchObject({ sources: ['s4', 's3'], hasNextPage: true, hasPreviousPage: false, total: 5 })
    const second = await page(`first: 2, after: "${first.endCursor}"`)
    expect(second).toMatchObject({ sources: ['s2', 's1'], hasNextPage: true, hasPreviousPage: true })
    expect(await page(`first: 2, after: "${second.endCursor}"`)).toMatchObject({ sources: ['s0'], hasNextPage: false })
    expect(await page('last: 2')).toMatchObject({ sources: ['s1', 's0'], hasPreviousPage: true, hasNextPage: false })
    expect((await page(`last: 2, before: "${second.startCursor}"`)).sources).toEqual(['s4', 's3'])
    expect((await page('first: 1, skip: 3')).sources).toEqual(['s1'])
    const foreign = Buffer.from(JSON.stringify([id])).toString('base64url')
    for (const args of ['first: 101', 'after: "x"', `after: "${foreign}"`]) {
      expect((await page(args)).errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
    }
    const { data } = await ask(server, '{ contacts(first: 20) { nodes { id consentHistory { nodes { source } } } } }')
    const listed = data.contacts.nodes.find((row: Row) => row.id === id)
    expect(listed.consentHistory.nodes).toHaveLength(5)
  })

  test('the words are those of the configuration', async () => {
    const { id, phone } = await create({ optedIn: true })
    await write(server, { from: phone }, text('basta!'))
    await contact(server, { id }, isOptedIn(false))
    await write(server, { from: phone }, text('हाँ'))
    await contact(server, { id }, isOptedIn(true))
  })
})
