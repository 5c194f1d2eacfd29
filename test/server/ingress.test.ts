import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversationOf, watchEvents } from '../support/messaging.js'
import { newWamid, postWebhook, sign, textFrom, webhookBody } from '../support/meta-webhook.js'
import { describeServer, eventually, find, newPhone, startServer, store, type TestServer } from '../support/server.js'

describeServer("WhatsApp's webhooks", () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const textsOf = async (phone: string): Promise<string[]> =>
    (await conversationOf(server, phone))?.messages.nodes.map(({ text }: { text: string }) => text) ?? []

  test('are taken with the signature of their bytes only; of others nothing is stored', async () => {
    const phone = newPhone()
    const body = JSON.stringify(webhookBody(textFrom(phone, 'Signed?')))
    const refused = [
      null,
      '',
      'sha256=',
      sign(body).slice('sha256='.length),
      sign(body).replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      sign(body, 'another-secret'),
      sign(body, ''),
      sign(`${body} `),
      sign(body).replace('sha256', 'sha1'),
    ]
    for (const signature of refused)
      expect([signature, await postWebhook(server, body, signature)]).toEqual([signature, 401])
    // What was refused would have come before this one.
    expect(await postWebhook(server, webhookBody(textFrom(phone, 'Signed')))).toBe(200)
    expect(await find(async () => (await textsOf(phone)).length > 0 && textsOf(phone))).toEqual(['Signed'])
  })

  test('are checked as the bytes that came: escaped and plain non-ASCII are different bodies of the same text', async () => {
    const phone = newPhone()
    const text = 'नमस्ते 👋 "quoted" \\ /'
    const plain = JSON.stringify(webhookBody(textFrom(phone, text)))
    // As Meta writes it: every sign beyond ASCII, and the slash, escaped.
    const escaped = plain
      .replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('/', '\\/')
    expect(JSON.parse(escaped)).toEqual(JSON.parse(plain))
    expect(await postWebhook(server, escaped, sign(plain))).toBe(401)
    expect(await postWebhook(server, plain, sign(escaped))).toBe(401)
    expect(await postWebhook(server, escaped, sign(escaped))).toBe(200)
    await eventually(async () => (await textsOf(phone))[0] === text)
  })

  test('are subscribed with the verify token, and the challenge comes back bare', async () => {
    const verify = (query: Record<string, string>) =>
      server.call('GET', `/webhooks/whatsapp?${new URLSearchParams(query)}`, undefined, { authorization: '' })
    const good = { 'hub.mode': 'subscribe', 'hub.verify_token': 'simulator-verify-token', 'hub.challenge': '11580<b>' }
    const answer = await verify(good)
    expect([answer.status, answer.text]).toEqual([200, '11580<b>'])
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    for (const change of [
      { 'hub.verify_token': 'guessed' },
      { 'hub.mode': 'unsubscribe' },
      { 'hub.verify_token': '' },
    ]) {
      const refused = await verify({ ...good, ...change })
      expect([refused.status, refused.text]).toEqual([403, ''])
    }
  })

  test('for a number that nobody has are taken and dropped, whatever else the body brings', async () => {
    const [stranger, phone] = [newPhone(), newPhone()]
    const foreign = webhookBody(textFrom(stranger, 'For somebody else'), '100000000000099')
    expect(await postWebhook(server, foreign)).toBe(200)
    const ours = webhookBody(textFrom(phone, 'For us'))
    expect(await postWebhook(server, { ...foreign, entry: [...foreign.entry, ...ours.entry] })).toBe(200)
    await eventually(async () => (await textsOf(phone)).length === 1)
    expect(await conversationOf(server, stranger)).toBeNull()
    const nothing = ['{}', '[]', '""', 'not json', JSON.stringify({ object: 'page', entry: [null, { changes: 7 }] })]
    for (const body of nothing) expect([body, await postWebhook(server, body)]).toEqual([body, 200])
    expect((await server.call('GET', '/readyz')).status).toBe(200)
  })

  test('that come twice, or three times at once, are one message and one event', async () => {
    const events = await watchEvents(server)
    const phone = newPhone()
    const body = webhookBody(textFrom(phone, 'Once'))
    const statuses = await Promise.all([1, 2, 3].map(() => postWebhook(server, body)))
    expect(statuses).toEqual([200, 200, 200])
    await server.simulator('POST', '/faults', { webhooks: { duplicate: 3 } })
    await server.customerWrites(phone, 'Twice')
    await server.simulator('POST', '/faults', { webhooks: { duplicate: 0 } })
    expect(await postWebhook(server, body)).toBe(200)
    expect(await postWebhook(server, webhookBody(textFrom(phone, 'Last')))).toBe(200)
    await eventually(async () => (await textsOf(phone)).length === 3)
    expect((await textsOf(phone)).sort()).toEqual(['Last', 'Once', 'Twice'])
    expect((await conversationOf(server, phone)).unreadCount).toBe(3)
    const received = () =>
      events.all().filter(({ type, data }) => type === 'message.received' && data.contact.phone === phone)
    await eventually(() => received().length >= 3)
    await eventually(() => events.all().some(({ data }) => data.conversation?.unreadCount === 3))
    expect(
      received()
        .map(({ data }) => data.message.text)
        .sort(),
    ).toEqual(['Last', 'Once', 'Twice'])
    await events.stop()
  })

  test('answered 200 are not lost when the server is killed in the same moment', async () => {
    const phones = Array.from({ length: 8 }, newPhone)
    const statuses = await Promise.all(phones.map((phone) => postWebhook(server, webhookBody(textFrom(phone, 'Kept')))))
    await server.kill()
    expect(new Set(statuses)).toEqual(new Set([200]))
    await server.restart()
    for (const phone of phones) {
      await eventually(async () => (await textsOf(phone)).length === 1, 30_000)
    }
  })

  test.runIf(store === 'postgres')(
    'that could not be processed are tried again, and the others do not wait',
    async () => {
      const database = new pg.Client({ connectionString: server.env.DATABASE_URL })
      await database.connect()
      const [poison, phone] = [newPhone(), newPhone()]
      await database.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON "Message" FOR EACH ROW WHEN (NEW.text = 'Poison') EXECUTE FUNCTION refuse()`)
      const both = {
        ...textFrom(poison, 'Poison'),
        messages: [...textFrom(poison, 'Poison').messages, ...textFrom(phone, 'Beside it').messages],
      }
      expect(await postWebhook(server, webhookBody(both))).toBe(200)
      await eventually(async () => (await textsOf(phone)).length === 1)
      await eventually(async () => {
        const { rows } = await database.query(
          `SELECT attempts FROM "InboundDelivery" WHERE "lastError" LIKE '%not now%'`,
        )
        return rows[0]?.attempts >= 2
      })
      expect(await textsOf(poison)).toEqual([])
      await database.query('DROP TRIGGER refuse ON "Message"; DROP FUNCTION refuse')
      await eventually(async () => (await textsOf(poison)).length === 1)
      expect(await textsOf(phone)).toEqual(['Beside it'])
      await database.end()
    },
  )

  test('of one secret do not vouch for a number hidden behind many, or behind signs that are cut off', async () => {
    const phone = newPhone()
    const decoys = Array.from({ length: 25 }, (_, n) => webhookBody({}, `9000000000000${n}`).entry[0])
    const ours = webhookBody(textFrom(phone, 'Hidden', { id: newWamid() }))
    expect(await postWebhook(server, { ...ours, entry: [...decoys, ...ours.entry] })).toBe(200)
    const cut = webhookBody(textFrom(phone, 'Cut', { id: newWamid() }), '100000000000001\u0000')
    expect(await postWebhook(server, cut)).toBe(200)
    // What is taken in comes in order, or nearly: behind two others it would be there.
    for (const text of ['Plain', 'Plainer']) {
      expect(await postWebhook(server, webhookBody(textFrom(phone, text)))).toBe(200)
      await eventually(async () => (await textsOf(phone)).includes(text))
    }
    expect(await textsOf(phone)).toEqual(['Plainer', 'Plain'])
  })
})
