import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  acceptedFor,
  broadcastNow,
  broadcastWhen,
  broadcastWith,
  control,
  createBroadcastMutation,
  createWithCsv,
  filled,
  ledgerOf,
  newBroadcast,
  newContacts,
  tag,
} from '../support/broadcasts.js'
import { ask, bearer, refusal } from '../support/graph.js'
import { watchEvents } from '../support/messaging.js'
import { consentingContact } from '../support/rest.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, newPhone, startServer, store, type TestServer } from '../support/server.js'

const saleComponents = [
  { type: 'header', parameters: [{ type: 'text', text: 'Diwali Sale' }] },
  ...filled('Sunday', 'DIYA', '20%'),
]
const sale = { name: 'seasonal_sale', language: 'en_US', components: saleComponents }

describeServer('a broadcast', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_SENDS_PER_HOUR: '4' } })
    events = await watchEvents(server)
  })
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const eventsOf = (id: string) => events.all().filter(({ data }) => data.broadcastId === id)
  const outcome = (types: string[], id: string) => eventsOf(id).filter(({ type }) => types.includes(type))

  test('reaches everybody meant by tag or by id once, each with their own values, and tells how far it has come', async () => {
    const tagged = await newContacts(server, 3, ['vip', 'delhi'])
    const [named] = await newContacts(server, 1)
    const [both] = tagged
    if (!named || !both) throw new Error('no contacts')
    const id = await newBroadcast(server, {
      name: 'Orders',
      audience: { tags: ['vip', 'mumbai'], contactIds: [named.id, both.id] },
      parameters: [{ contactId: named.id, values: ['Ravi', '#2'] }],
    })
    const done = await broadcastWhen(server, id, ({ status, read }) => status === 'COMPLETED' && read === 4)
    expect(done).toMatchObject({ total: 4, pending: 0, sent: 4, delivered: 4, read: 4, failed: 0, skipped: 0 })

    const sent = await acceptedFor(
      server,
      [...tagged, named].map(({ phone }) => phone),
    )
    const texts = (phone: string) =>
      sent
        .filter(({ to }) => phone.endsWith(to.replace(/\D/g, '')))
        .map(({ payload }) => payload.template.components?.[0]?.parameters.map(({ text }) => text))
    for (const { phone } of tagged) expect(texts(phone)).toEqual([['Asha', '#1']])
    expect(texts(named.phone)).toEqual([['Ravi', '#2']])

    const ledger = await ledgerOf(server, id)
    expect(ledger.map(({ contactId }) => contactId)).toEqual([...tagged, named].map((contact) => contact.id).sort())
    expect(ledger.every(({ status, messageId }) => status === 'READ' && messageId !== null)).toBe(true)
    const { message } = await ask(
      server,
      'query ($id: ID!) { message(id: $id) { broadcastId broadcast { name } conversationId } }',
      { id: ledger[0]?.messageId },
    )
    expect(message).toMatchObject({ broadcastId: id, broadcast: { name: 'Orders' } })

    await eventually(() => outcome(['broadcast.completed'], id).length === 1)
    const [completed] = outcome(['broadcast.completed'], id)
    expect(completed?.data).toEqual({
      ...{ broadcastId: id, name: 'Orders', total: 4, sent: 4, failed: 0, skipped: 0 },
      ...{ delivered: expect.any(Number), read: expect.any(Number) },
    })
    expect(outcome(['broadcast.progress'], id).at(0)?.data).toMatchObject({ status: 'RUNNING', total: 2, sent: 0 })
  })

  test('leaves out who has not agreed and who got marketing today, with the reason; single sends are not held by it', async () => {
    const [today, yes] = await newContacts(server, 2)
    if (!today || !yes) throw new Error('no contacts')
    const unknown = (await server.rest('POST', '/contacts', { phone: newPhone() })).json
    const out = (await server.rest('POST', '/contacts', { phone: newPhone(), optedIn: false })).json
    const single = { type: 'template', templateName: 'seasonal_sale', language: 'en_US', components: saleComponents }
    expect((await server.rest('POST', '/send', { to: today.phone, ...single })).status).toBe(200)
    const input = {
      template: sale,
      audience: { contactIds: [today.id, yes.id, unknown.id, out.id] },
    }
    const trial = await ask(server, createBroadcastMutation, { input: { name: 'Sale', ...input, dryRun: true } })
    const expected = { MARKETING_LIMIT: 1, NOT_OPTED_IN: 1, OPTED_OUT: 1 }
    const { report, broadcast } = trial.createBroadcast
    expect(broadcast).toBeNull()
    expect(report).toMatchObject({ total: 4, wouldSend: 1, csv: null })
    expect(
      Object.fromEntries(report.skipped.map((row: { reason: string; count: number }) => [row.reason, row.count])),
    ).toEqual(expected)
    const body = 'Shop until Sunday and use code DIYA to save 20%.'
    expect(report.previews).toEqual([{ contactId: yes.id, phone: yes.phone, components: saleComponents, body }])
    expect((await acceptedFor(server, [yes.phone])).length).toBe(0)

    const id = await newBroadcast(server, input)
    const done = await broadcastWith(server, id, 'COMPLETED')
    expect(done).toMatchObject({ total: 4, sent: 1, skipped: 3 })
    const skipped = await ledgerOf(server, id, 'SKIPPED')
    expect(Object.fromEntries(skipped.map((row) => [row.contactId, row.skipReason]))).toEqual({
      [today.id]: 'MARKETING_LIMIT',
      [unknown.id]: 'NOT_OPTED_IN',
      [out.id]: 'OPTED_OUT',
    })
    expect(skipped.every(({ reason }) => reason?.startsWith('The contact '))).toBe(true)
    expect((await server.rest('POST', '/send', { to: yes.phone, ...single })).status).toBe(200)
    const again = await newBroadcast(server, { ...input, audience: { contactIds: [yes.id] } })
    expect(await broadcastWith(server, again, 'COMPLETED')).toMatchObject({ total: 1, sent: 0, skipped: 1 })
  })

  test('that is scheduled starts at its time, with those who have the tag then', async () => {
    const [early, late] = await newContacts(server, 2)
    if (!early || !late) throw new Error('no contacts')
    await tag(server, early.id, ['evening'])
    const scheduledAt = new Date(Date.now() + 1500)
    const id = await newBroadcast(server, { audience: { tags: ['evening'] }, scheduledAt: scheduledAt.toISOString() })
    expect(await broadcastNow(server, id)).toMatchObject({ status: 'SCHEDULED', total: 0 })
    await tag(server, late.id, ['evening'])
    await tag(server, early.id, [])
    const done = await broadcastWith(server, id, 'COMPLETED')
    expect((await ledgerOf(server, id)).map(({ contactId }) => contactId)).toEqual([late.id])
    expect(done).toMatchObject({ total: 1, sent: 1 })
    const { broadcast } = await ask(server, 'query ($id: ID!) { broadcast(id: $id) { startedAt } }', { id })
    expect(new Date(broadcast.startedAt).getTime()).toBeGreaterThanOrEqual(scheduledAt.getTime())
  })

  test('stops when it is paused, goes on when it is resumed, and skips the rest when it is cancelled', async () => {
    const contacts = await newContacts(server, 12)
    const audience = { contactIds: contacts.map((contact) => contact.id) }
    const id = await newBroadcast(server, { audience, messagesPerSecond: 2 })
    await broadcastWhen(server, id, ({ sent }) => sent >= 1)
    expect((await control(server, 'pause', id)).status).toBe('PAUSED')
    expect((await control(server, 'pause', id)).status).toBe('PAUSED')
    const held = await broadcastWhen(server, id, (now) => now.pending === now.total - now.sent)
    expect(held).toMatchObject({ status: 'PAUSED', statusReason: 'Paused by request.' })
    expect((await control(server, 'resume', id)).status).toBe('RUNNING')
    await broadcastWhen(server, id, ({ sent }) => sent > held.sent)
    expect((await control(server, 'cancel', id)).status).toBe('CANCELLED')
    expect((await control(server, 'cancel', id)).status).toBe('CANCELLED')
    const ended = await broadcastWhen(server, id, (now) => now.sent + now.skipped === 12)
    expect(ended.skipped).toBeGreaterThan(0)
    const skipped = await ledgerOf(server, id, 'SKIPPED')
    expect(skipped.map(({ skipReason }) => skipReason)).toEqual(Array(ended.skipped).fill('CANCELLED'))
    expect(await ledgerOf(server, id, 'PENDING')).toEqual([])
    for (const verb of ['pause', 'resume'] as const) {
      const mutation = `mutation ($id: ID!) { ${verb}Broadcast(input: { id: $id }) { broadcast { id } } }`
      expect(await refusal(server, mutation, { id })).toMatchObject({ code: 'BAD_REQUEST', details: [{ path: 'id' }] })
    }
    expect(
      (
        await acceptedFor(
          server,
          contacts.map(({ phone }) => phone),
        )
      ).length,
    ).toBe(ended.sent)
  })

  test('is tried again for those alone whose message failed, once', async () => {
    const contacts = await newContacts(server, 4)
    await server.simulator('POST', '/faults', { fail: { code: 131026, times: 2 } })
    const audience = { contactIds: contacts.map((contact) => contact.id) }
    const id = await newBroadcast(server, { audience })
    expect(await broadcastWith(server, id, 'COMPLETED')).toMatchObject({ total: 4, sent: 2, failed: 2 })
    const failed = await ledgerOf(server, id, 'FAILED')
    expect(failed.map(({ reason }) => reason)).toEqual(Array(2).fill(expect.stringContaining('undeliverable')))
    const retry = await control(server, 'retry', id)
    expect((await control(server, 'retry', id)).id).toBe(retry.id)
    expect(await broadcastWith(server, retry.id, 'COMPLETED')).toMatchObject({ total: 2, sent: 2, retryOfId: id })
    expect((await ledgerOf(server, retry.id)).map(({ contactId }) => contactId)).toEqual(
      failed.map(({ contactId }) => contactId),
    )
    expect(
      (
        await acceptedFor(
          server,
          contacts.map(({ phone }) => phone),
        )
      ).length,
    ).toBe(4)
    const mutation = 'mutation ($id: ID!) { retryBroadcast(input: { id: $id }) { broadcast { id } } }'
    expect((await refusal(server, mutation, { id: retry.id })).code).toBe('BAD_REQUEST')
  })

  test('waits for whoever has used up the limit of the hour, and fails nobody for it', async () => {
    const [busy, free] = await newContacts(server, 2)
    if (!busy || !free) throw new Error('no contacts')
    const hello = { type: 'template', templateName: 'hello_world', language: 'en_US' }
    for (let n = 0; n < 4; n++)
      expect((await server.rest('POST', '/send', { to: busy.phone, ...hello })).status).toBe(200)
    const id = await newBroadcast(server, { audience: { contactIds: [busy.id, free.id] } })
    const now = await broadcastWhen(server, id, ({ sent }) => sent === 1)
    expect(now).toMatchObject({ status: 'RUNNING', failed: 0, skipped: 0, pending: 1 })
    const [waiting] = await ledgerOf(server, id, 'PENDING')
    expect(waiting?.contactId).toBe(busy.id)
    expect(new Date(waiting?.dueAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 60_000)
    await control(server, 'cancel', id)
  })

  test('is held while WhatsApp pauses its template, and when WhatsApp limits its number', async () => {
    const contacts = await newContacts(server, 12)
    const audience = { contactIds: contacts.map((contact) => contact.id) }
    const template = { name: 'appointment_reminder', language: 'en_US', components: filled('Asha', 'Monday', '10:30') }
    const id = await newBroadcast(server, { audience, template, messagesPerSecond: 1 })
    await broadcastWhen(server, id, ({ sent }) => sent >= 1)
    await control(server, 'pause', id)
    await server.simulator('POST', '/inbound', {
      change: {
        field: 'message_template_status_update',
        value: {
          ...{ event: 'PAUSED', message_template_name: template.name, message_template_language: template.language },
          reason: 'NONE',
        },
      },
    })
    await eventually(async () => {
      const { templates } = await ask(
        server,
        `{ templates(name: "${template.name}", status: "PAUSED") { totalCount } }`,
      )
      return templates.totalCount === 1
    })
    await control(server, 'resume', id)
    const held = await broadcastWith(server, id, 'PAUSED')
    expect(held.statusReason).toMatch(/template is paused/)
    await control(server, 'cancel', id)

    await server.simulator('POST', '/faults', { fail: { code: 131048, times: 1 } })
    const other = await newBroadcast(server, { audience, messagesPerSecond: 1 })
    const limited = await broadcastWith(server, other, 'PAUSED')
    expect(limited).toMatchObject({ failed: 1, statusReason: expect.stringContaining('has limited this number') })
    await control(server, 'resume', other)
    await broadcastWhen(server, other, ({ sent }) => sent > limited.sent)
    await control(server, 'cancel', other)
  })

  test('is answered again for its idempotency key, and starts nothing twice', async () => {
    const contacts = await newContacts(server, 2)
    const audience = { contactIds: contacts.map((contact) => contact.id) }
    const input = {
      name: 'Once',
      template: { name: 'hello_world', language: 'en_US' },
      audience,
      idempotencyKey: 'once',
    }
    const answers = await Promise.all([1, 2, 3].map(() => server.graphql(createBroadcastMutation, { input })))
    const ids = answers.map(({ data }) => data?.createBroadcast.broadcast.id)
    expect(new Set(ids).size).toBe(1)
    expect(answers.filter(({ data }) => data.createBroadcast.replayed)).toHaveLength(2)
    expect((await refusal(server, createBroadcastMutation, { input: { ...input, name: 'Other' } })).code).toBe(
      'CONFLICT',
    )
    await broadcastWith(server, ids[0], 'COMPLETED')
    expect(
      (
        await acceptedFor(
          server,
          contacts.map(({ phone }) => phone),
        )
      ).length,
    ).toBe(2)
  })

  test('takes its recipients from a file, refuses bad rows with their line, and gives its ledger as a file', async () => {
    const [asha, ravi] = await newContacts(server, 2)
    if (!asha || !ravi) throw new Error('no contacts')
    const stranger = newPhone()
    const csv = [
      'Phone;Name;Customer;Order',
      `${asha.phone};Asha;"Asha; the first";#1`,
      `${ravi.phone.slice(1)};Ravi;Ravi;#2`,
      `${asha.phone};Asha;Again;#3`,
      `12;;Nobody;#4`,
      `${ravi.phone};Ravi;;#5`,
      `${stranger};;Stranger;#6`,
    ].join('\r\n')
    const template = { name: 'order_update', language: 'en' }
    const { data, errors } = await createWithCsv(server, `\ufeff${csv}`, { template })
    expect(errors).toBeUndefined()
    const { id } = data.createBroadcast.broadcast
    const done = await broadcastWith(server, id, 'COMPLETED')
    expect(done).toMatchObject({ total: 2, sent: 2, csvRows: 6, csvRejected: 4 })
    expect(done.csvFaults.map(({ line, reason }) => [line, reason.split(' ')[0]])).toEqual([
      [4, 'names'],
      [5, 'phone'],
      [6, '{{1}}'],
      [7, 'phone'],
    ])
    expect((await ledgerOf(server, id)).map(({ parameters }) => parameters)).toEqual(
      [
        ['Asha; the first', '#1'],
        ['Ravi', '#2'],
      ].sort(() => (asha.id < ravi.id ? 0 : -1)),
    )
    const file = await server.call('GET', `/api/broadcasts/${id}/recipients.csv`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = file.text.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^con_\w+,'\+91\d+,[^,]*,(SENT|DELIVERED|READ),,msg_\w+,wamid\.[^,]+,20[^,]+/)
    const { contacts } = await ask(server, 'query ($s: String) { contacts(search: $s) { totalCount } }', {
      s: stranger,
    })
    expect(contacts.totalCount).toBe(0)
  })

  test('is no business of another organization', async () => {
    const { id: contactId } = await consentingContact(server)
    const id = await newBroadcast(server, { audience: { contactIds: [contactId] } })
    const other = bearer(await server.newOrganization('other'))
    const seen = await ask(
      server,
      'query ($id: ID!) { broadcast(id: $id) { id } node(id: $id) { id } broadcasts { totalCount } }',
      { id },
      other,
    )
    expect(seen).toEqual({ broadcast: null, node: null, broadcasts: { totalCount: 0 } })
    const mutation = 'mutation ($id: ID!) { cancelBroadcast(input: { id: $id }) { broadcast { id } } }'
    expect((await refusal(server, mutation, { id }, other)).code).toBe('NOT_FOUND')
    expect((await server.call('GET', `/api/broadcasts/${id}/recipients.csv`, undefined, other)).status).toBe(404)
  })

  test('lets strangers in from a file where the consent policy does, and only then makes contacts of them', async () => {
    const csv = `phone,name\n${newPhone()},New One\n${newPhone()},New Two\n`
    await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
    const trial = await createWithCsv(server, csv, { dryRun: true })
    expect(trial.data.createBroadcast.report).toMatchObject({
      total: 2,
      wouldSend: 2,
      csv: { rows: 2, newContacts: 2 },
    })
    const { data } = await createWithCsv(server, csv)
    await broadcastWith(server, data.createBroadcast.broadcast.id, 'COMPLETED')
    const found = await ask(server, '{ contacts(search: "New ") { nodes { name optedIn } } }')
    expect(found.contacts.nodes).toEqual([
      { name: 'New Two', optedIn: null },
      { name: 'New One', optedIn: null },
    ])
  })

  test.runIf(store === 'postgres')(
    'takes a file in once, though the database is lost in the middle of it',
    async () => {
      await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
      const phones = Array.from({ length: 4000 }, (_, n) => `+9198${String(n).padStart(8, '0')}`)
      const made = createWithCsv(server, ['phone,1,2', ...phones.map((phone) => `${phone},a,b`)].join('\n'), {
        messagesPerSecond: 1,
      })
      await withRows(server, async ({ select }) => {
        await eventually(
          async () =>
            (await select('SELECT FROM "Broadcast" WHERE status = $1 AND "csvRows" > 0', ['DRAFT'])).length > 0,
        )
        await select(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        )
      })
      const { data, errors } = await made
      expect(errors).toBeUndefined()
      const { id } = data.createBroadcast.broadcast
      expect(await broadcastWith(server, id, 'RUNNING')).toMatchObject({ csvRows: 4000, csvRejected: 0 })
      await control(server, 'cancel', id)
      expect((await broadcastNow(server, id)).total).toBe(4000)
    },
  )
})
