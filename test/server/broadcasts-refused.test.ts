import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  broadcastInput,
  control,
  createBroadcastMutation,
  createWithCsv,
  filled,
  newBroadcast,
  newContacts,
} from '../support/broadcasts.js'
import { ask, bearer, refusal } from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const twoTexts = (id: string) => ({ contactId: id, values: ['Asha', '#1'] })

describeServer('a broadcast that cannot be', () => {
  let server: TestServer
  let id: string
  beforeAll(async () => {
    server = await startServer()
    const [contact] = await newContacts(server, 1, ['known'])
    id = contact?.id ?? ''
  })
  afterAll(() => server.dispose())

  const nobody = 'con_01jzzzzzzzzzzzzzzzzzzzzzzz'
  const hello = { name: 'hello_world', language: 'en_US' }
  const order = { name: 'order_update', language: 'en' }
  const wrong: [string, () => object, string][] = [
    ['no name', () => ({ name: ' ' }), 'name'],
    ['a template that is not there', () => ({ template: { name: 'nothing', language: 'en' } }), 'template.name'],
    ['a language that it has not', () => ({ template: { ...order, language: 'fr' } }), 'template.language'],
    ['a template under review', () => ({ template: { name: 'new_catalogue', language: 'en' } }), 'template.name'],
    ['a paused template', () => ({ template: { name: 'flash_sale', language: 'en' } }), 'template.name'],
    [
      'too few values',
      () => ({ template: { ...order, components: filled('Asha') } }),
      'template.components.0.parameters',
    ],
    [
      'values for nothing',
      () => ({ template: { ...hello, components: filled('x') } }),
      'template.components.0.parameters',
    ],
    ['no values', () => ({ template: order }), 'template.components'],
    ['nobody meant', () => ({ audience: {} }), 'audience'],
    ['a tag that nobody has', () => ({ audience: { tags: ['nobody'] } }), 'audience'],
    [
      'all of two tags of which they have one',
      () => ({ audience: { tags: ['known', 'x'], tagMatch: 'ALL' } }),
      'audience',
    ],
    ['a contact that is not there', () => ({ audience: { contactIds: [id, nobody] } }), 'audience.contactIds.1'],
    ['an id of nothing', () => ({ audience: { contactIds: ['x'] } }), 'audience.contactIds.0'],
    ['a time that is past', () => ({ scheduledAt: '2020-01-01T00:00:00Z' }), 'scheduledAt'],
    ['a time beyond a year', () => ({ scheduledAt: '2100-01-01T00:00:00Z' }), 'scheduledAt'],
    ['a pace too fast', () => ({ messagesPerSecond: 1001 }), 'messagesPerSecond'],
    ['no pace at all', () => ({ messagesPerSecond: 0 }), 'messagesPerSecond'],
    ['another number', () => ({ connectionId: 'wac_01jzzzzzzzzzzzzzzzzzzzzzzz' }), 'connectionId'],
    ['values of somebody else', () => ({ parameters: [twoTexts(nobody)] }), 'parameters.0.contactId'],
    ['values twice', () => ({ parameters: [twoTexts(id), twoTexts(id)] }), 'parameters.1.contactId'],
    ['one value of two', () => ({ parameters: [{ contactId: id, values: ['x'] }] }), 'parameters.0.values'],
    ['an empty value', () => ({ parameters: [{ contactId: id, values: ['x', ' '] }] }), 'parameters.0.values.1'],
    [
      'a value by a wrong name',
      () => ({ parameters: [{ contactId: id, values: { 1: 'a', 3: 'b' } }] }),
      'parameters.0.values.2',
    ],
  ]
  test.each(wrong)('because of %s is refused, naming the field', async (_what, input, path) => {
    const given = { input: broadcastInput({ audience: { contactIds: [id] }, ...input() }) }
    const { code, details } = await refusal(server, createBroadcastMutation, given)
    const names = /contactIds|connectionId|parameters.0.contactId/.test(path)
    expect(code).toBe(names ? 'NOT_FOUND' : 'BAD_REQUEST')
    expect((details as { path: string }[])[0]).toEqual({ path, message: expect.stringMatching(/\S/) })
    expect((await ask(server, '{ broadcasts { totalCount } }')).broadcasts.totalCount).toBe(0)
  })

  test.each([
    ['an empty file', '', 'audience.csv'],
    ['a file without phones', 'name,1,2\nAsha,a,b\n', 'audience.csv'],
    ['a file with too few columns', 'phone,1\n+919812345678,a\n', 'audience.csv'],
    ['a file with one column too many', 'phone,a,b,c\n+919812345678,a,b,c\n', 'audience.csv'],
    ['a file with a column twice', 'phone,1,1,2\n+919812345678,a,a,b\n', 'audience.csv'],
    ['a file with no values where nothing else says them', 'phone\n+919812345678\n', 'template.components'],
    ['a file of nobody whom we may write to', `phone,1,2\n${newPhone()},a,b\n`, 'audience.csv'],
    ['a file whose quotes do not end', 'phone,1,2\n"+919812345678,a,b\n', 'audience.csv'],
  ])('because of %s is refused, and leaves nothing', async (_what, csv, path) => {
    const { errors } = await createWithCsv(server, csv, { template: order, idempotencyKey: 'file' })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', details: [{ path }] })
    expect((await ask(server, '{ broadcasts { totalCount } }')).broadcasts.totalCount).toBe(0)
  })

  test('is one to more contacts than the plan allows, by tag, by id or by file; exactly as many are let through', async () => {
    await withRows(server, async (rows) => {
      const organizationId = await rows.organizationId('demo')
      await rows.select(`UPDATE "Organization" SET plan = 'GROWTH' WHERE id = $1`, [organizationId])
      await rows.select(
        `INSERT INTO "Contact" ("organizationId", id, phone, tags, "optedIn", "updatedAt")
         SELECT $1, 'con_' || lpad(n::text, 26, '0'), '+9197' || lpad(n::text, 8, '0'), '{many}', true, now()
         FROM generate_series(1, 1001) AS n`,
        [organizationId],
      )
    })
    const contactIds = Array.from({ length: 1001 }, (_, n) => `con_${String(n + 1).padStart(26, '0')}`)
    const csv = contactIds.map((_, n) => `+9197${String(n + 1).padStart(8, '0')}`).join('\n')
    const refused = { code: 'PLAN_LIMIT', details: [{ path: 'audience', message: expect.stringContaining('1,000') }] }
    for (const dryRun of [true, false]) {
      for (const audience of [{ tags: ['many'] }, { contactIds }]) {
        const input = broadcastInput({ audience, dryRun })
        expect(await refusal(server, createBroadcastMutation, { input })).toMatchObject(refused)
      }
      const { errors } = await createWithCsv(server, `phone\n${csv}\n`, { dryRun })
      expect(errors?.[0]?.extensions).toMatchObject(refused)
    }
    const union = { tags: ['known'], contactIds: contactIds.slice(0, 1000) }
    const mixed = { input: broadcastInput({ audience: union, dryRun: true }) }
    expect(await refusal(server, createBroadcastMutation, mixed)).toMatchObject(refused)
    const input = broadcastInput({ audience: { contactIds: contactIds.slice(0, 1000) }, dryRun: true })
    const { report } = (await ask(server, createBroadcastMutation, { input })).createBroadcast
    expect(report).toMatchObject({ total: 1000, wouldSend: 1000, durationSeconds: 13 })
    expect((await ask(server, '{ broadcasts { totalCount } }')).broadcasts.totalCount).toBe(0)
  })

  test('is refused to a key without the scope, to whoever has no number, and when it is over', async () => {
    const make = (...words: string[]) => server.operator('keys', 'create', '--name', 'test', ...words)
    const reader = bearer((await make('--org', 'demo', '--scopes', 'broadcasts:read')).stdout.trim())
    const input = broadcastInput({ audience: { contactIds: [id] } })
    expect((await refusal(server, createBroadcastMutation, { input }, reader)).code).toBe('FORBIDDEN')
    expect((await ask(server, '{ broadcasts { totalCount } }', {}, reader)).broadcasts.totalCount).toBe(0)
    const other = bearer(await server.newOrganization('numberless'))
    expect((await refusal(server, createBroadcastMutation, { input }, other)).code).toBe('NOT_CONFIGURED')
    const broadcast = await newBroadcast(server, {
      audience: { contactIds: [id] },
      scheduledAt: new Date(Date.now() + 3_600_000),
    })
    expect((await control(server, 'cancel', broadcast)).status).toBe('CANCELLED')
    for (const verb of ['pause', 'resume', 'retry']) {
      const mutation = `mutation ($id: ID!) { ${verb}Broadcast(input: { id: $id }) { broadcast { id } } }`
      expect((await refusal(server, mutation, { id: broadcast })).code).toBe('BAD_REQUEST')
      expect((await refusal(server, mutation, { id: id })).code).toBe('NOT_FOUND')
    }
    expect((await server.call('GET', `/api/broadcasts/${id}/recipients.csv`)).status).toBe(404)
    expect((await server.call('POST', `/api/broadcasts/${broadcast}/recipients.csv`)).status).toBe(404)
  })
})
