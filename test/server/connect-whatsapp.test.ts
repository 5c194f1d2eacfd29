import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateEncryptionKey } from '../../src/secrets/cipher.js'
import { ask, bearer, refusal } from '../support/graph.js'
import { postWebhook, sign, textFrom, webhookBody } from '../support/meta-webhook.js'
import { withRows } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { type Account, demoAccount, startTwoAccounts } from '../support/two-accounts.js'

const shop: Account = {
  phoneNumberId: '100000000000777',
  businessAccountId: '200000000000777',
  accessToken: 'shop-token-of-another-account',
  appSecret: 'shop-app-secret',
  verifyToken: 'shop-verify-token',
}
const connectionFields = 'id connected phoneNumber phoneNumberId businessAccountId lastError'
const connect = `mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { connection { ${connectionFields} } } }`
const disconnect = `mutation ($id: ID!) { disconnectWhatsApp(input: { id: $id }) { connection { ${connectionFields} } } }`
const list = `{ connections { totalCount nodes { ${connectionFields} } } }`

describeServer('a number that is connected by its secrets', () => {
  let accounts: Awaited<ReturnType<typeof startTwoAccounts>>
  let server: TestServer
  let owner: string
  let rival: string
  let connectionId: string
  const [firstKey, secondKey] = [generateEncryptionKey(), generateEncryptionKey()]

  beforeAll(async () => {
    accounts = await startTwoAccounts(shop)
    server = await startServer({
      env: { WHATSAPP_API_URL: accounts.apiUrl, PORT: accounts.port, KAANHA_ENCRYPTION_KEYS: firstKey },
    })
    owner = await server.newOrganization('shop')
    rival = await server.newOrganization('rival')
  })
  afterAll(async () => {
    await server.dispose()
    await accounts.close()
  })

  const textsOf = async (key: string): Promise<string[]> =>
    (await ask(server, '{ messages { nodes { text } } }', {}, bearer(key))).messages.nodes.map(
      ({ text }: { text: string }) => text,
    )
  const secretsOf = [shop.accessToken, shop.appSecret, shop.verifyToken]

  describe('is refused', () => {
    test.each<[string, Partial<Account>, string]>([
      ['with a token that WhatsApp does not know', { accessToken: 'nonsense' }, 'accessToken'],
      ['with a number that is not of the token', { phoneNumberId: '100000000000778' }, 'phoneNumberId'],
      ['with an account that is not of the token', { businessAccountId: '200000000000778' }, 'businessAccountId'],
      ['with a phone number in place of its id', { phoneNumberId: '+919999900000' }, 'phoneNumberId'],
      ['without an app secret', { appSecret: '' }, 'appSecret'],
      ['with a verify token of two words', { verifyToken: 'two words' }, 'verifyToken'],
    ])('%s', async (_, change, path) => {
      const refused = await refusal(server, connect, { input: { ...shop, ...change } }, bearer(owner))
      expect(refused).toMatchObject({ code: 'BAD_REQUEST', details: [{ path }] })
      for (const secret of secretsOf) expect(JSON.stringify(refused)).not.toContain(secret)
      expect((await ask(server, list, {}, bearer(owner))).connections.totalCount).toBe(0)
    })

    test('with a number that the account does not list', async () => {
      accounts.answerInstead({ path: '/phone_numbers', status: 200, body: { data: [{ id: '100000000000779' }] } })
      const refused = await refusal(server, connect, { input: shop }, bearer(owner))
      accounts.answerInstead(null)
      expect(refused).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'phoneNumberId', message: 'is not a number of this business account' }],
      })
      expect((await ask(server, list, {}, bearer(owner))).connections.totalCount).toBe(0)
    })

    test('to a key without keys:manage', async () => {
      const input = { name: 'Sender', scopes: ['messages:send', 'contacts:read'] }
      const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }'
      const { createApiKey } = await ask(server, create, { input }, bearer(owner))
      const by = bearer(createApiKey.secret)
      expect(await refusal(server, connect, { input: shop }, by)).toMatchObject({ code: 'FORBIDDEN' })
      const unknown = { id: 'wac_01h455vb4pex5vsknk084sn02q' }
      expect(await refusal(server, disconnect, unknown, by)).toMatchObject({ code: 'FORBIDDEN' })
    })

    test('where another organization has it, without a word of whose it is, and only to who can use it', async () => {
      const { errors } = await server.graphql(connect, { input: demoAccount }, bearer(owner))
      expect(errors?.[0]?.extensions.code).toBe('CONFLICT')
      expect(errors?.[0]?.message).not.toMatch(/demo/i)
      const guess = { ...demoAccount, accessToken: 'guessed' }
      expect(await refusal(server, connect, { input: guess }, bearer(owner))).toMatchObject({ code: 'BAD_REQUEST' })
    })
  })

  test('answers as WhatsApp describes it, and is listed with the others of its organization alone', async () => {
    const { connectWhatsApp } = await ask(server, connect, { input: shop }, bearer(owner))
    expect(connectWhatsApp.connection).toEqual({
      id: expect.stringMatching(/^wac_\w{26}$/),
      connected: true,
      phoneNumber: '+91 99999 00000',
      phoneNumberId: shop.phoneNumberId,
      businessAccountId: shop.businessAccountId,
      lastError: null,
    })
    connectionId = connectWhatsApp.connection.id
    expect((await ask(server, list, {}, bearer(owner))).connections.nodes).toEqual([connectWhatsApp.connection])
    expect((await ask(server, list, {}, bearer(rival))).connections.nodes).toEqual([])
    expect((await ask(server, list)).connections.nodes).toEqual([
      expect.objectContaining({ phoneNumberId: demoAccount.phoneNumberId }),
    ])
    // Its templates come by themselves.
    await find(async () => (await ask(server, '{ templates { totalCount } }', {}, bearer(owner))).templates.totalCount)
    const { auditLog } = await ask(
      server,
      '{ auditLog(first: 1) { nodes { action subjectId details } } }',
      {},
      bearer(owner),
    )
    expect(auditLog.nodes).toEqual([
      {
        action: 'WHATSAPP_CONNECTED',
        subjectId: connectionId,
        details: { phoneNumberId: shop.phoneNumberId, businessAccountId: shop.businessAccountId },
      },
    ])
    expect(await refusal(server, connect, { input: shop }, bearer(rival))).toMatchObject({ code: 'CONFLICT' })
    // And its webhooks were asked for.
    const { data } = await accounts.second('GET', '/requests')
    expect(data).toContainEqual(
      expect.objectContaining({
        method: 'POST',
        path: expect.stringMatching(/200000000000777\/subscribed_apps$/),
        status: 200,
      }),
    )
  })

  test('says so where its webhooks cannot be had, and is as it was when it is connected again', async () => {
    const error = { message: '(#10) No permission', type: 'OAuthException', code: 10, fbtrace_id: 'x' }
    accounts.answerInstead({ path: '/subscribed_apps', status: 403, body: { error } })
    const first = await ask(server, connect, { input: shop }, bearer(owner))
    accounts.answerInstead(null)
    expect(first.connectWhatsApp.connection).toMatchObject({
      id: connectionId,
      connected: true,
      lastError: expect.stringMatching(/not subscribed .*webhooks/),
    })
    const again = await ask(server, connect, { input: shop }, bearer(owner))
    expect(again.connectWhatsApp.connection).toMatchObject({ id: connectionId, connected: true, lastError: null })
  })

  test('is written over with its own token, and what customers write to it comes to its organization', async () => {
    const phone = newPhone()
    const message = { type: 'text', text: { body: 'To the shop' } }
    await accounts.second('POST', '/inbound', { from: phone.slice(1), message })
    await find(async () => (await textsOf(owner)).includes('To the shop'))
    expect(await textsOf(server.key)).not.toContain('To the shop')
    const sent = await server.rest('POST', '/send', { to: phone, type: 'text', text: 'From the shop' }, bearer(owner))
    expect(sent.status).toBe(200)
    const accepted = await find(async () => {
      const { data } = await accounts.second('GET', '/messages')
      return data.find(({ bizOpaqueCallbackData }: Record<string, string>) => bizOpaqueCallbackData === sent.json.id)
    })
    expect(accepted).toMatchObject({ type: 'text' })
    const query = 'query ($id: ID!) { message(id: $id) { status } }'
    await find(async () => (await ask(server, query, { id: sent.json.id }, bearer(owner))).message.status === 'READ')
  })

  describe('has its webhooks checked with its own app secret', () => {
    const templateNews = (businessAccountId: string, numberId?: string) => ({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: businessAccountId,
          changes: [
            {
              field: 'message_template_status_update',
              value: {
                event: 'PAUSED',
                message_template_id: 1,
                message_template_name: 'order_update',
                message_template_language: 'en',
                ...(numberId === undefined ? {} : { metadata: { phone_number_id: numberId } }),
              },
            },
          ],
        },
      ],
    })
    const post = (body: object, secret: string) => {
      const raw = JSON.stringify(body)
      return postWebhook(server, raw, sign(raw, secret))
    }

    test('where they name the number', async () => {
      const body = webhookBody(textFrom(newPhone(), 'Forged'), shop.phoneNumberId, shop.businessAccountId)
      expect(await post(body, demoAccount.appSecret)).toBe(401)
      const inTheNameOfDemos = webhookBody(textFrom(newPhone(), 'Forged'), shop.phoneNumberId)
      for (const { appSecret } of [shop, demoAccount]) expect(await post(inTheNameOfDemos, appSecret)).toBe(401)
      expect(await post(webhookBody(textFrom(newPhone(), 'Forged')), shop.appSecret)).toBe(401)
    })

    test('where they name its account only', async () => {
      expect(await post(templateNews(shop.businessAccountId), demoAccount.appSecret)).toBe(401)
      expect(await post(templateNews(demoAccount.businessAccountId), shop.appSecret)).toBe(401)
      // Nor does one's own number vouch for another's account.
      const mixed = templateNews(demoAccount.businessAccountId, shop.phoneNumberId)
      expect(await post(mixed, shop.appSecret)).toBe(401)
      const statusOf = async (key: string) => {
        const { templates } = await ask(
          server,
          '{ templates(name: "order_update") { nodes { status } } }',
          {},
          bearer(key),
        )
        return templates.nodes[0]?.status
      }
      expect(await statusOf(server.key)).toBe('APPROVED')
      expect(await post(templateNews(shop.businessAccountId), shop.appSecret)).toBe(200)
      await find(async () => (await statusOf(owner)) === 'PAUSED')
      expect(await statusOf(server.key)).toBe('APPROVED')
    })

    test('where an account hides behind many that nobody has', async () => {
      const decoys = Array.from({ length: 20 }, (_, n) => templateNews(`30000000000000${n + 10}`).entry).flat()
      const body = { object: 'whatsapp_business_account', entry: [...decoys, ...templateNews('200000000000001').entry] }
      expect(await post(body, shop.appSecret)).toBe(401)
    })

    test('and the handshake answers to its verify token, and to no other', async () => {
      const verify = (token: string) =>
        server.call(
          'GET',
          `/webhooks/whatsapp?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '42' })}`,
        )
      expect(await verify(shop.verifyToken)).toMatchObject({ status: 200, text: '42' })
      expect(await verify(demoAccount.verifyToken)).toMatchObject({ status: 200, text: '42' })
      for (const token of ['', shop.appSecret, 'nonsense']) expect((await verify(token)).status).toBe(403)
    })
  })

  test('has secrets that stand nowhere as they are: not in the database, not in the log', async () => {
    await withRows(server, async (rows) => {
      const [row] = await rows.select('SELECT c.*, c::text AS whole FROM "WhatsAppConnection" AS c WHERE id = $1', [
        connectionId,
      ])
      const bytes = Buffer.from(row?.secrets as Uint8Array)
      expect(bytes.length).toBeGreaterThan(60)
      for (const secret of secretsOf) {
        expect(bytes.includes(secret)).toBe(false)
        expect(String(row?.whole)).not.toContain(secret)
      }
      const [log] = await rows.select('SELECT string_agg(a::text, \' \') AS text FROM "AuditEntry" AS a')
      for (const secret of secretsOf) expect(String(log?.text)).not.toContain(secret)
    })
    for (const secret of secretsOf) expect(server.output()).not.toContain(secret)
  })

  test('goes on with a new encryption key, after which the old one is needed no more', async () => {
    const keyOf = (keys: string) => keys.slice(0, keys.indexOf(':'))
    await server.restart({ KAANHA_ENCRYPTION_KEYS: `${secondKey},${firstKey}` })
    Object.assign(server.env, { KAANHA_ENCRYPTION_KEYS: `${secondKey},${firstKey}` })
    const rotated = await server.operator('secrets', 'rotate')
    expect(rotated).toEqual({
      exitCode: 0,
      stdout: `key ${keyOf(secondKey)}: 1 encrypted anew, 0 as they were\n`,
      stderr: '',
    })
    expect((await server.operator('secrets', 'rotate')).stdout).toContain('0 encrypted anew, 1 as they were')

    Object.assign(server.env, { KAANHA_ENCRYPTION_KEYS: secondKey })
    await server.restart()
    const body = JSON.stringify(
      webhookBody(textFrom(newPhone(), 'With the new key'), shop.phoneNumberId, shop.businessAccountId),
    )
    expect(await postWebhook(server, body, sign(body, shop.appSecret))).toBe(200)
    await find(async () => (await textsOf(owner)).includes('With the new key'))
  })

  test('without its key is refused, and says in the log and to the operator which key is missing', async () => {
    const stranger = generateEncryptionKey()
    const missing = secondKey.slice(0, secondKey.indexOf(':'))
    Object.assign(server.env, { KAANHA_ENCRYPTION_KEYS: stranger })
    await server.restart()
    const body = JSON.stringify(
      webhookBody(textFrom(newPhone(), 'Nobody can check this'), shop.phoneNumberId, shop.businessAccountId),
    )
    for (const secret of [shop.appSecret, demoAccount.appSecret, '']) {
      expect(await postWebhook(server, body, sign(body, secret))).toBe(401)
    }
    const rotated = await server.operator('secrets', 'rotate')
    expect(rotated).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(connectionId) })
    await find(async () => server.output().includes(`has no key \\"${missing}\\"`))

    // Connected again, with the key that there is, it works again, as the same number with the same conversations.
    const { connectWhatsApp } = await ask(server, connect, { input: shop }, bearer(owner))
    expect(connectWhatsApp.connection).toMatchObject({ id: connectionId, connected: true })
    expect(await postWebhook(server, body, sign(body, shop.appSecret))).toBe(200)
  })

  test('is disconnected, and then another organization may have it', async () => {
    expect(await refusal(server, disconnect, { id: connectionId }, bearer(rival))).toEqual({ code: 'NOT_FOUND' })
    const { disconnectWhatsApp } = await ask(server, disconnect, { id: connectionId }, bearer(owner))
    expect(disconnectWhatsApp.connection).toMatchObject({ connected: false, lastError: expect.any(String) })
    const body = JSON.stringify(
      webhookBody(textFrom(newPhone(), 'Too late'), shop.phoneNumberId, shop.businessAccountId),
    )
    expect(await postWebhook(server, body, sign(body, shop.appSecret))).toBe(401)

    const { connectWhatsApp } = await ask(server, connect, { input: shop }, bearer(rival))
    expect(connectWhatsApp.connection.id).not.toBe(connectionId)
    await accounts.second('POST', '/inbound', {
      from: newPhone().slice(1),
      message: { type: 'text', text: { body: 'To the new owner' } },
    })
    await find(async () => (await textsOf(rival)).includes('To the new owner'))
    expect(await textsOf(owner)).not.toContain('To the new owner')
    const [left] = (await ask(server, list, {}, bearer(owner))).connections.nodes
    expect(left).toMatchObject({ id: connectionId, connected: false, phoneNumberId: null })
    expect(await refusal(server, connect, { input: shop }, bearer(owner))).toMatchObject({ code: 'CONFLICT' })
  })

  test('that the environment gives cannot be disconnected here', async () => {
    const [{ id }] = (await ask(server, list)).connections.nodes
    expect(await refusal(server, disconnect, { id })).toMatchObject({ code: 'CONFLICT' })
  })

  test.runIf(store === 'postgres')('cannot be connected where the server has no encryption key', async () => {
    Object.assign(server.env, { KAANHA_ENCRYPTION_KEYS: '' })
    await server.restart()
    const { errors } = await server.graphql(connect, { input: shop }, bearer(rival))
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'NOT_CONFIGURED' },
      message: expect.stringContaining('KAANHA_ENCRYPTION_KEYS'),
    })
    expect((await server.operator('secrets', 'rotate')).exitCode).toBe(1)
  })
})
