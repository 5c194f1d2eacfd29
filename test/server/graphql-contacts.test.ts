import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ask,
  eventCursor,
  eventsSince,
  expectWalks,
  givenPageArgs,
  pageArgs,
  pageFields,
  refusal,
} from '../support/graph.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const fields = 'id phone userId name email tags optedIn optInSource optInProof optInAt attributes createdAt updatedAt'
const create = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${fields} } } }`
const update = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { ${fields} } } }`

describeServer('contacts in the graph', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const created = async (input: Record<string, unknown> = {}) =>
    (await ask(server, create, { input: { phone: newPhone(), ...input } })).createContact.contact
  const updated = async (input: Record<string, unknown>) => (await ask(server, update, { input })).updateContact.contact
  const listed = async (args: string): Promise<string[]> =>
    (await ask(server, `{ contacts(${args}) { nodes { id } } }`)).contacts.nodes.map((node: { id: string }) => node.id)

  test('a created contact is read back the same by id, by phone in any spelling, and from the list', async () => {
    const phone = newPhone()
    const contact = await created({
      phone: `${phone.slice(0, 3)} (${phone.slice(3, 8)}) ${phone.slice(8)}`,
      name: '  Asha Rao ',
      email: 'asha@example.com',
      tags: ['vip', ' vip', 'new'],
      attributes: { city: 'Pune', visits: 3, deep: { list: [1, null] } },
      optedIn: true,
      optInSource: 'web form',
      optInProof: 'https://example.com/form/1',
    })
    expect(contact).toMatchObject({
      id: expect.stringMatching(/^con_[0-9a-z]{26}$/),
      phone,
      userId: null,
      name: 'Asha Rao',
      email: 'asha@example.com',
      tags: ['vip', 'new'],
      attributes: { city: 'Pune', visits: 3, deep: { list: [1, null] } },
      optedIn: true,
      optInSource: 'web form',
      optInProof: 'https://example.com/form/1',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    const query = `query ($id: ID, $phone: String) { contact(id: $id, phone: $phone) { ${fields} } }`
    for (const by of [{ id: contact.id }, { phone }, { phone: phone.slice(1) }, { phone: `+91 ${phone.slice(3)}` }]) {
      expect((await ask(server, query, by)).contact).toEqual(contact)
    }
    expect((await ask(server, `{ contacts(first: 1) { nodes { ${fields} } } }`)).contacts.nodes).toEqual([contact])
  })

  test('what is not said of a contact is unknown or empty', async () => {
    expect(await created()).toMatchObject({
      name: null,
      email: null,
      tags: [],
      attributes: {},
      optedIn: null,
      optInSource: null,
      optInProof: null,
      optInAt: null,
    })
    expect(await created({ optedIn: true })).toMatchObject({ optedIn: true, optInSource: 'api' })
  })

  test('a phone that belongs to a contact already, in whatever spelling, is CONFLICT with the id of that contact', async () => {
    const contact = await created()
    const input = { phone: `${contact.phone.slice(1, 5)}-${contact.phone.slice(5)}` }
    expect(await refusal(server, create, { input })).toEqual({
      code: 'CONFLICT',
      existingId: contact.id,
      details: [{ path: 'phone', message: expect.any(String) }],
    })
    const other = await created()
    expect(await refusal(server, update, { input: { id: other.id, phone: contact.phone } })).toMatchObject({
      code: 'CONFLICT',
      existingId: contact.id,
    })
  })

  test('every fault of the input is named at once by its path', async () => {
    const input = {
      phone: '12',
      name: 'x'.repeat(201),
      email: 'nobody',
      tags: ['ok', 'y'.repeat(65)],
      attributes: ['not an object'],
      optInSource: 'z'.repeat(101),
    }
    const { code, details } = await refusal(server, create, { input })
    expect(code).toBe('BAD_REQUEST')
    expect((details as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'attributes',
      'email',
      'name',
      'optInSource',
      'phone',
      'tags.1',
    ])
  })

  test('text that the database cannot hold is BAD_REQUEST, and a search for it finds nothing', async () => {
    for (const text of ['a\u0000b', '\ud800']) {
      for (const input of [
        { name: text },
        { tags: [text] },
        { attributes: { [text]: 1 } },
        { attributes: { a: text } },
      ]) {
        expect(await refusal(server, create, { input: { phone: newPhone(), ...input } })).toMatchObject({
          code: 'BAD_REQUEST',
        })
      }
    }
    const query =
      'query ($text: String) { a: contacts(search: $text) { totalCount } b: contacts(tag: $text) { totalCount } }'
    expect(await ask(server, query, { text: 'no\ud800such' })).toEqual({ a: { totalCount: 0 }, b: { totalCount: 0 } })
    expect((await ask(server, query, { text: 'no\u0000such' })).b.totalCount).toBe(0)
  })

  test('every way of walking the list gives each contact once, in order', async () => {
    const aliases = Array.from({ length: 23 }, (_, i) => {
      const input = `phone: "${newPhone()}", tags: ["walked"]`
      return `c${i}: createContact(input: { ${input} }) { contact { id } }`
    })
    const data: Record<string, { contact: { id: string } }> = await ask(server, `mutation { ${aliases.join(' ')} }`)
    const newestFirst = Object.values(data)
      .map((payload) => payload.contact.id)
      .reverse()
    await expectWalks(newestFirst, 5, async (args) => {
      const query = `query (${pageArgs}) { contacts(tag: "walked", ${givenPageArgs}) { ${pageFields} } }`
      return (await ask(server, query, args)).contacts
    })
    const { contacts } = await ask(
      server,
      '{ contacts(tag: "walked", first: 2, skip: 20) { totalCount nodes { id } } }',
    )
    expect(contacts).toEqual({ totalCount: 23, nodes: newestFirst.slice(20, 22).map((id) => ({ id })) })
    expect(await listed('tag: "walked"')).toHaveLength(20)
    expect(await listed('tag: "walked", first: 0')).toEqual([])
  })

  test('page arguments that cannot be used are BAD_REQUEST, each named', async () => {
    const cursor = (await ask(server, '{ contacts(first: 1) { pageInfo { endCursor } } }')).contacts.pageInfo.endCursor
    const faults: [Record<string, unknown>, string[]][] = [
      [{ first: -1 }, ['first']],
      [{ first: 101 }, ['first']],
      [{ last: 101 }, ['last']],
      [{ first: -1, skip: -1 }, ['first', 'skip']],
      [{ skip: 2_000_000_000 }, ['skip']],
      [{ first: 1, last: 1 }, ['last']],
      [{ after: cursor, before: cursor }, ['before']],
      [{ first: 1, before: cursor }, ['before']],
      [{ last: 1, after: cursor }, ['after']],
      [{ after: 'nonsense' }, ['after']],
      [{ before: '' }, ['before']],
      [{ after: Buffer.from('["con_01"]').toString('base64url') }, ['after']],
    ]
    for (const [args, paths] of faults) {
      const query = `query (${pageArgs}) { contacts(${givenPageArgs}) { nodes { id } } }`
      const { code, details } = await refusal(server, query, args)
      expect([code, (details as { path: string }[]).map(({ path }) => path)]).toEqual(['BAD_REQUEST', paths])
    }
    const { conversations } = await ask(server, '{ conversations { pageInfo { endCursor } } }')
    expect(conversations.pageInfo.endCursor).toBeNull()
    expect(await refusal(server, `{ conversations(after: "${cursor}") { nodes { id } } }`)).toMatchObject({
      code: 'BAD_REQUEST',
    })
  })

  test('search finds any part of a name in any case or of the digits; a tag filters exactly; both together narrow', async () => {
    const phone = newPhone()
    const ravi = (await created({ name: 'Ravi % ÉCOLE_x', tags: ['search', 'Gold'], phone })).id
    const meera = (await created({ name: 'meera', tags: ['search', 'gold'] })).id
    const found = (search: string) =>
      ask(server, 'query ($search: String) { contacts(search: $search, tag: "search") { nodes { id } totalCount } }', {
        search,
      }).then(({ contacts }) => contacts.nodes.map((node: { id: string }) => node.id))

    expect(await found('')).toEqual([meera, ravi])
    for (const search of [
      'RAVI',
      'avi %',
      ' école ',
      'i % é',
      'E_x',
      phone,
      phone.slice(5),
      `(${phone.slice(4, 8)}) ${phone.slice(8)}`,
    ]) {
      expect([search, await found(search)]).toEqual([search, [ravi]])
    }
    for (const search of ['r_vi', 'ravi%meera', '\\', 'no such name']) {
      expect([search, await found(search)]).toEqual([search, []])
    }
    expect(await listed('tag: "gold"')).toEqual([meera])
    expect(await listed('tag: "gold", search: "ravi"')).toEqual([])
    expect(await listed('tag: "Gol"')).toEqual([])
  })

  test('an update leaves what is absent, empties what is null, and keeps what may not be empty', async () => {
    const before = await created({
      name: 'Asha',
      email: 'asha@example.com',
      tags: ['a'],
      attributes: { a: 1 },
      optedIn: true,
      optInSource: 'paper',
    })
    const { id } = before
    const renamed = await updated({ id, name: 'Asha Rao' })
    expect(renamed).toEqual({ ...before, name: 'Asha Rao', updatedAt: renamed.updatedAt })
    expect(Date.parse(renamed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt))

    const kept = await updated({ id, phone: null, tags: null, attributes: null })
    expect(kept).toEqual({ ...renamed, updatedAt: kept.updatedAt })

    const emptied = await updated({ id, name: null, email: null, optedIn: null, tags: [], attributes: {} })
    expect(emptied).toMatchObject({ name: null, email: null, tags: [], attributes: {} })
    expect(emptied).toMatchObject({ optedIn: null, optInSource: null, optInProof: null, optInAt: null })
    expect(await listed('search: "Asha Rao"')).not.toContain(id)

    const phone = newPhone()
    expect(await updated({ id, phone })).toMatchObject({ id, phone })
  })

  test('an opt-out is lifted only by an update with a source, and not by way of unknown', async () => {
    const { id } = await created({ optedIn: false, optInSource: 'call' })
    for (const optedIn of [true, null]) {
      expect(await refusal(server, update, { input: { id, optedIn } })).toEqual({
        code: 'BAD_REQUEST',
        details: [{ path: 'optInSource', message: expect.any(String) }],
      })
    }
    expect(await updated({ id, optedIn: false })).toMatchObject({ optedIn: false })
    expect(await updated({ id, optedIn: true, optInSource: 'signed form', optInProof: 'scan 7' })).toMatchObject({
      optedIn: true,
      optInSource: 'signed form',
      optInProof: 'scan 7',
    })
  })

  test('each change tells of itself: created, updated, and opted_out only where consent was taken away', async () => {
    const cursor = await eventCursor(server)
    const { id, phone } = await created({ name: 'Before' })
    await updated({ id, name: 'After' })
    await updated({ id, optedIn: false })
    await updated({ id, optedIn: false, tags: ['x'] })
    await ask(server, 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }', { id })
    const events = await eventsSince(server, cursor, ({ type }) => type === 'contact.deleted')
    expect(events.map(({ type }) => type)).toEqual([
      'contact.created',
      'contact.updated',
      'contact.updated',
      'contact.opted_out',
      'contact.updated',
      'contact.deleted',
    ])
    const contacts = events.map(({ data }) => data.contact as Record<string, unknown>)
    expect(contacts.map(({ name }) => name)).toEqual(['Before', 'After', 'After', 'After', 'After', 'After'])
    expect(contacts.every((contact) => contact.id === id && contact.phone === phone)).toBe(true)
    expect(contacts.map(({ optedIn }) => optedIn)).toEqual([null, null, false, false, false, false])
  })
})
