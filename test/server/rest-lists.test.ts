import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, deliver, expectRestError, faultyFields, idOf, isoTime, received } from '../support/rest.js'
import { withRows } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

type Row = Record<string, unknown> & { id: string }

describeServer('the lists of REST', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const get = (path: string) => server.rest('GET', path)
  async function create(fields: Record<string, unknown>): Promise<Row> {
    const { status, json, text } = await server.rest('POST', '/contacts', { phone: newPhone(), ...fields })
    if (status !== 201) throw new Error(text)
    return json
  }
  const idsOf = async (path: string): Promise<string[]> => (await get(path)).json.data.map(({ id }: Row) => id)

  describe('GET /contacts', () => {
    test('shows each contact field for field, the newest first', async () => {
      const phone = newPhone()
      const given = {
        phone,
        name: 'Asha Rao',
        email: 'asha@example.com',
        tags: ['vip', 'north'],
        attributes: { city: 'Pune', n: [1, null] },
      }
      const full = await create({ ...given, optedIn: true, optInSource: 'web form' })
      const bare = await create({})
      const { status, json } = await get('/contacts?limit=2')
      expect(status).toBe(200)
      const times = { createdAt: isoTime, updatedAt: isoTime }
      const empty = {
        userId: null,
        name: null,
        email: null,
        tags: [],
        optedIn: null,
        optInSource: null,
        attributes: {},
      }
      expect(json.data).toEqual([
        { id: bare.id, phone: bare.phone, ...empty, ...times },
        { id: idOf('con'), userId: null, ...given, optedIn: true, optInSource: 'web form', ...times },
      ])
      expect(json.data).toEqual([bare, full])
      expect(json.pagination).toEqual({ page: 1, limit: 2, total: 2, totalPages: 1, hasMore: false })
    })

    describe('search', () => {
      const names = [
        'Ravi 2',
        'Àsha Öztürk',
        'Νίκος',
        'Straße 9',
        'आशा',
        'ИВАН',
        'ﬁne',
        '100% wool',
        'snake_case',
        'back\\slash',
        "O'Brien",
      ]
      beforeAll(async () => {
        for (const name of names) await create({ name, tags: ['search'] })
      })
      const found = async (search: string): Promise<string[]> =>
        (await get(`/contacts?tag=search&search=${encodeURIComponent(search)}`)).json.data.map(
          ({ name }: { name: string }) => name,
        )

      test.each([
        ['ravi', 'Ravi 2'],
        ['avI', 'Ravi 2'],
        ['Ravi 2', 'Ravi 2'],
        ['  ravi ', 'Ravi 2'],
        ['àSHA', 'Àsha Öztürk'],
        ['ÖZTÜRK', 'Àsha Öztürk'],
        ['o\u0308zt', 'Àsha Öztürk'],
        ['ΝΊΚΟΣ', 'Νίκος'],
        ['ίκοσ', 'Νίκος'],
        ['STRASSE', 'Straße 9'],
        ['STRAẞE', 'Straße 9'],
        ['शा', 'आशा'],
        ['иван', 'ИВАН'],
        ['FINE', 'ﬁne'],
        ['ＩＮＥ', 'ﬁne'],
        ['%', '100% wool'],
        ['0% w', '100% wool'],
        ['_', 'snake_case'],
        ['E_C', 'snake_case'],
        ['\\', 'back\\slash'],
        ['\\s', 'back\\slash'],
        ["o'b", "O'Brien"],
      ])('%j finds %j alone: any part of the name in any case, every sign as it is', async (search, name) => {
        expect(await found(search)).toEqual([name])
      })

      test.each(['%%', '__', 'r%2', 'ravi\\', "' OR 1=1 --", '\\%', 'asha', 'xyz'])(
        '%j finds nobody',
        async (search) => {
          expect(await found(search)).toEqual([])
        },
      )

      test('by any part of the phone’s digits, whatever signs stand between, and a + that came as a space', async () => {
        // Among others with numbers of their own: those of other tests are random, and may hold the same digits.
        const { id } = await create({ phone: '+442071838750', name: 'London 1', tags: ['digits'] })
        await create({ phone: '+12025550123', name: 'Washington', tags: ['digits'] })
        for (const search of [
          '%2B44 2071838750',
          '+442071838750',
          '%20442071838750',
          '442071838750',
          '(0)20718 38-750'.replace('(0)', ''),
          '2071',
          '71.838/7',
          '(44) 20',
          '%2B4%204%202',
          '8750',
        ]) {
          const path = `/contacts?tag=digits&search=${search.replaceAll(' ', '%20')}`
          expect([search, await idsOf(path)]).toEqual([search, [id]])
        }
      })

      test('that is empty, or of spaces alone, is as good as none', async () => {
        const all = await idsOf('/contacts?tag=search')
        for (const search of ['', '%20', '+', '%00'])
          expect(await idsOf(`/contacts?tag=search&search=${search}`)).toEqual(all)
      })
    })

    test('tag finds the contacts with exactly this tag', async () => {
      const [north, both, other] = [
        await create({ tags: ['Nord %'] }),
        await create({ tags: ['Süd', 'Nord %'] }),
        await create({ tags: ['Nord'] }),
      ]
      expect(await idsOf('/contacts?tag=Nord%20%25')).toEqual([both.id, north.id])
      expect(await idsOf('/contacts?tag=S%C3%BCd')).toEqual([both.id])
      expect(await idsOf('/contacts?tag=Nord')).toEqual([other.id])
      for (const tag of ['nord', 'Nor', '%25', "x'}]"]) expect(await idsOf(`/contacts?tag=${tag}`)).toEqual([])
      expect(await idsOf('/contacts?tag=Nord%20%25&search=nobody')).toEqual([])
    })
  })

  describe('pages', () => {
    let all: string[]
    beforeAll(async () => {
      const created: string[] = []
      for (let i = 0; i < 23; i++) created.push((await create({ tags: ['pages'] })).id)
      all = created.reverse()
    })
    const page = async (query: string) => (await get(`/contacts?tag=pages&${query}`)).json

    test('are 20 long by default, in one order without a gap, and say how many there are', async () => {
      const first = await page('')
      expect(first.data.map(({ id }: Row) => id)).toEqual(all.slice(0, 20))
      expect(first.pagination).toEqual({ page: 1, limit: 20, total: 23, totalPages: 2, hasMore: true })
      const second = await page('page=2')
      expect(second.data.map(({ id }: Row) => id)).toEqual(all.slice(20))
      expect(second.pagination).toEqual({ page: 2, limit: 20, total: 23, totalPages: 2, hasMore: false })

      const walked: string[] = []
      for (let number = 1, more = true; more; number++) {
        const { data, pagination } = await page(`limit=7&page=${number}`)
        walked.push(...data.map(({ id }: Row) => id))
        more = pagination.hasMore
      }
      expect(walked).toEqual(all)
    })

    test('past the end are 200 without rows, however far', async () => {
      for (const number of [3, 1000, 2 ** 31, 10 ** 12]) {
        expect(await page(`page=${number}`)).toEqual({
          data: [],
          pagination: { page: number, limit: 20, total: 23, totalPages: 2, hasMore: false },
        })
      }
      const beyond = await get(`/contacts?tag=pages&page=1${'0'.repeat(400)}`)
      expect([beyond.status, beyond.json.data]).toEqual([200, []])
    })

    test('of nothing at all are none', async () => {
      expect((await get('/contacts?tag=nobody')).json).toEqual({
        data: [],
        pagination: { page: 1, limit: 20, total: 0, totalPages: 0, hasMore: false },
      })
    })

    test('longer than 100 are 100, as the answer says', async () => {
      for (const limit of ['101', '500', '99999999999999999999']) {
        expect((await page(`limit=${limit}`)).pagination).toMatchObject({ limit: 100, total: 23, totalPages: 1 })
      }
      expect((await page('limit=100')).pagination.limit).toBe(100)
      expect((await page('limit=1&page=23')).pagination).toMatchObject({ limit: 1, totalPages: 23, hasMore: false })
    })

    test('that are no whole number from 1 are 400, named in details, on every list', async () => {
      const bad = ['0', '-1', 'NaN', 'abc', '1.5', '1e3', '0x10', '%20', '١', 'Infinity']
      const queries = bad.flatMap((value) => [`/contacts?page=${value}`, `/contacts?limit=${value}`])
      for (const path of [...queries, '/chats?page=0', '/chats?limit=-1', '/messages?page=x', '/messages?limit=0']) {
        const name = path.includes('page') ? 'page' : 'limit'
        expectRestError(await get(path), 400, 'BAD_REQUEST', { details: [{ path: name, message: expect.any(String) }] })
      }
      expect(faultyFields(await get('/messages?page=0&limit=x'))).toEqual(['limit', 'page'])
    })

    test('with empty or unknown parameters are those without', async () => {
      const plain = await page('')
      for (const query of ['page=&limit=', 'page', 'sort=name', 'limit=&color=red&page='])
        expect(await page(query)).toEqual(plain)
    })
  })

  describe('conversations and messages', () => {
    test('GET /chats shows each conversation field for field, the newest activity first', async () => {
      const [first, second] = [newPhone(), newPhone()]
      const opening = await received(server, await server.customerWrites(first, 'One', 'Asha Rao'))
      await received(server, await server.customerWrites(second, 'Two', 'Ravi Iyer'))
      expect(
        (await get('/chats?limit=2')).json.data.map((chat: { contact: { phone: string } }) => chat.contact.phone),
      ).toEqual([second, first])
      const wamid = await server.customerWrites(first, 'Three', 'Asha Rao')
      await received(server, wamid)

      const { json, status } = await get('/chats?limit=2')
      expect(status).toBe(200)
      expect(json.pagination).toEqual({ page: 1, limit: 2, total: 2, totalPages: 1, hasMore: false })
      const [top] = json.data
      expect(top).toEqual({
        id: opening.conversationId,
        status: 'OPEN',
        channel: 'whatsapp',
        contact: { id: idOf('con'), phone: first, name: 'Asha Rao', tags: [] },
        assignedTo: null,
        unreadCount: 2,
        lastMessage: {
          id: idOf('msg'),
          conversationId: opening.conversationId,
          contactId: top.contact.id,
          direction: 'INBOUND',
          type: 'text',
          status: 'RECEIVED',
          text: 'Three',
          content: { text: 'Three' },
          messageId: wamid,
          error: null,
          replyToId: null,
          createdAt: isoTime,
          sentAt: isoTime,
          deliveredAt: null,
          readAt: null,
          failedAt: null,
          editedAt: null,
          revokedAt: null,
          scheduledAt: null,
        },
        lastMessageAt: isoTime,
        windowExpiresAt: isoTime,
        createdAt: isoTime,
      })
      expect(Date.parse(top.windowExpiresAt) - Date.parse(top.lastMessage.sentAt)).toBe(24 * 3_600_000)
    })

    test('GET /chats/{id} is the conversation with its newest 50 messages, the oldest first', async () => {
      const phone = newPhone()
      const { conversationId } = await received(server, await server.customerWrites(phone, 'The first of many'))
      await deliver(server, JSON.stringify(manyMessages(phone, 54)))
      const total = async () => (await get(`/messages?conversationId=${conversationId}`)).json.pagination.total
      await find(async () => (await total()) === 55)

      const chat = (await get(`/chats/${conversationId}`)).json
      const { messages, ...conversation } = chat
      expect(conversation).toEqual((await get('/chats?limit=1')).json.data[0])
      const list = (await get(`/messages?conversationId=${conversationId}&limit=50`)).json.data
      expect(messages).toHaveLength(50)
      expect(messages).toEqual([...list].reverse())
      expect(messages.at(-1)).toEqual(conversation.lastMessage)
      expect((await get(`/chats/${conversationId}/`)).json).toEqual(chat)
    })

    test('GET /messages lists across conversations or of one, the newest first', async () => {
      const [one, two] = [newPhone(), newPhone()]
      const first = await received(server, await server.customerWrites(one, 'a'))
      const second = await received(server, await server.customerWrites(two, 'b'))
      const third = await received(server, await server.customerWrites(one, 'c'))
      expect(await idsOf('/messages?limit=3')).toEqual([third.id, second.id, first.id])
      expect(await idsOf(`/messages?conversationId=${first.conversationId}`)).toEqual([third.id, first.id])
      expect(await idsOf(`/messages?conversationId=${second.conversationId}`)).toEqual([second.id])
      expect(await idsOf('/messages?conversationId=&limit=3')).toEqual([third.id, second.id, first.id])
    })

    test('GET /chats?status= filters in any case, and OPEN includes the two bot states', async () => {
      const chats: Record<string, string> = {}
      for (const status of ['OPEN', 'ASSIGNED', 'RESOLVED', 'BOT_ACTIVE', 'AI_ACTIVE']) {
        chats[status] = (await received(server, await server.customerWrites(newPhone(), status))).conversationId
      }
      await withRows(server, async ({ select }) => {
        const keep = Object.values(chats)
        await select(`UPDATE "Conversation" SET status = 'RESOLVED' WHERE NOT id = ANY($1)`, [keep])
        for (const [status, id] of Object.entries(chats)) {
          await select('UPDATE "Conversation" SET status = $2::"ConversationStatus" WHERE id = $1', [id, status])
        }
      })
      const shown = async (status: string): Promise<string[]> =>
        (await get(`/chats?limit=100&status=${status}`)).json.data.map((chat: { status: string }) => chat.status).sort()
      for (const open of ['OPEN', 'open', 'Open'])
        expect(await shown(open)).toEqual(['AI_ACTIVE', 'BOT_ACTIVE', 'OPEN'])
      for (const status of ['ASSIGNED', 'assigned']) expect(await shown(status)).toEqual(['ASSIGNED'])
      for (const status of ['BOT_ACTIVE', 'bot_active']) expect(await shown(status)).toEqual(['BOT_ACTIVE'])
      expect(await shown('aI_aCtIvE')).toEqual(['AI_ACTIVE'])
      expect(new Set(await shown('resolved'))).toEqual(new Set(['RESOLVED']))
      expect(new Set(await shown(''))).toEqual(new Set(Object.keys(chats)))
      for (const status of ['closed', 'OPEN,RESOLVED', ' open', 'all', '%00', '__proto__', 'toString']) {
        expectRestError(await get(`/chats?status=${status}`), 400, 'BAD_REQUEST', {
          details: [{ path: 'status', message: expect.stringMatching(/OPEN.*AI_ACTIVE/) }],
        })
      }
    })

    test('an assigned conversation names its member', async () => {
      const { conversationId: id } = await received(server, await server.customerWrites(newPhone(), 'Hello'))
      const { members } = (await server.graphql('{ members { nodes { id } } }')).data
      const [member] = members.nodes
      const assign =
        'mutation ($input: AssignConversationInput!) { assignConversation(input: $input) { conversation { id } } }'
      expect((await server.graphql(assign, { input: { id, memberId: member.id } })).errors).toBeUndefined()
      expect((await get(`/chats/${id}`)).json).toMatchObject({
        status: 'ASSIGNED',
        assignedTo: { id: expect.stringMatching(/^mbr_/), name: 'Demo Agent', email: 'agent@demo.example' },
      })
    })

    test('an id that is unknown, foreign, malformed or of another kind is 404 alike', async () => {
      const { id, conversationId } = await received(server, await server.customerWrites(newPhone(), 'Ours'))
      const foreign = await server.newOrganization('other')
      const contactId = (await create({})).id
      const strange = [
        'cnv_01h2xcejqtf2nbrexx3vqjhp41',
        'cnv_81h2xcejqtf2nbrexx3vqjhp41',
        conversationId.toUpperCase(),
        `${conversationId}0`,
        conversationId.replace('cnv_', 'con_'),
        contactId,
        id,
        'x',
        '..%2F..',
        '%00',
        '%',
        '%E0%A4%A',
        "'%20OR%201=1",
        'x'.repeat(3000),
      ]
      for (const each of strange) {
        expectRestError(await get(`/chats/${each}`), 404, 'NOT_FOUND')
        expectRestError(await get(`/messages?conversationId=${each}`), 404, 'NOT_FOUND')
      }
      for (const path of [`/chats/${conversationId}`, `/messages?conversationId=${conversationId}`]) {
        expect((await get(path)).status).toBe(200)
        const theirs = await server.rest('GET', path, undefined, bearer(foreign))
        const unknown = await get(path.replace(conversationId, 'cnv_01h2xcejqtf2nbrexx3vqjhp41'))
        expectRestError(theirs, 404, 'NOT_FOUND')
        expect(theirs.json.error).toBe(unknown.json.error)
      }
      for (const list of ['/contacts', '/chats', '/messages']) {
        const { json } = await server.rest('GET', list, undefined, bearer(foreign))
        expect([json.data, json.pagination.total]).toEqual([[], 0])
      }
    })
  })
})

/** A webhook of so many texts of one customer. */
const manyMessages = (phone: string, count: number) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '200000000000001',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { phone_number_id: '100000000000001' },
            messages: Array.from({ length: count }, (_, i) => ({
              from: phone.slice(1),
              id: `wamid.many${phone}${i}`,
              timestamp: String(Math.floor(Date.now() / 1000)),
              type: 'text',
              text: { body: `Message ${i}` },
            })),
          },
        },
      ],
    },
  ],
})
