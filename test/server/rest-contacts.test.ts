import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectRestError, faultyFields, idOf, isoTime } from '../support/rest.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('POST /contacts', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const post = (body: unknown) => server.rest('POST', '/contacts', body)

  test('answers 201 with the contact field for field; what is not given is null or empty, and consent unknown', async () => {
    const phone = newPhone()
    const { status, json } = await post({ phone })
    expect(status).toBe(201)
    expect(json).toEqual({
      id: idOf('con'),
      phone,
      userId: null,
      name: null,
      email: null,
      tags: [],
      optedIn: null,
      optInSource: null,
      attributes: {},
      createdAt: isoTime,
      updatedAt: json.createdAt,
    })
    expect(Object.keys(json)).toHaveLength(11)
  })

  test('keeps everything that is given, and the list and the graph show the same', async () => {
    const given = {
      phone: newPhone(),
      name: 'Zoë 👩🏽‍💻 Ωmega',
      email: 'zoe+inbox@example.co.in',
      tags: ['vip', 'Nord-Süd', 'a,b'],
      optedIn: true,
      optInSource: 'paper form',
      attributes: { plan: 'gold', age: 41.5, active: false, none: null, deep: { list: [1, [2]] }, constructor: 'x' },
    }
    const { json } = await post(given)
    expect(json).toMatchObject(given)
    expect((await server.rest('GET', '/contacts?limit=1')).json.data).toEqual([json])
    const query = 'query ($id: ID) { contact(id: $id) { phone name email tags optedIn optInSource attributes } }'
    expect((await server.graphql(query, { id: json.id })).data.contact).toEqual(given)
  })

  test.each([
    [true, true, 'api'],
    [false, false, 'api'],
    [null, null, null],
    [undefined, null, null],
  ])('optedIn %s is stored as %s, with where it comes from', async (optedIn, stored, source) => {
    const { json } = await post({ phone: newPhone(), optedIn })
    expect([json.optedIn, json.optInSource]).toEqual([stored, source])
  })

  test('trims names, emails and tags, and drops tags that are empty or there twice', async () => {
    const { json } = await post({
      phone: newPhone(),
      name: '  Asha ',
      email: ' a@example.com',
      tags: [' x', 'x', '', ' ', 'y'],
    })
    expect(json).toMatchObject({ name: 'Asha', email: 'a@example.com', tags: ['x', 'y'] })
    const empty = await post({ phone: newPhone(), name: ' ', email: '', tags: null, attributes: null })
    expect(empty.json).toMatchObject({ name: null, email: null, tags: [], attributes: {} })
  })

  describe('the phone', () => {
    test('is stored in E.164, and the same number spelled otherwise is 409 with the id of its contact', async () => {
      const { json, status } = await post({ phone: '91 98123-45678', name: 'First' })
      expect([status, json.phone]).toEqual([201, '+919812345678'])
      for (const phone of [
        '+919812345678',
        '919812345678',
        '+91 98123 45678',
        '  (+91) 98123.45678 '.replace('(+91)', '+91'),
        '+91 (98123) 45678',
        '+91\u00a098123\u00a045678',
        '+91-98123-45678',
      ]) {
        expectRestError(await post({ phone, name: 'Second' }), 409, 'CONFLICT', {
          existingId: json.id,
          details: [{ path: 'phone', message: expect.any(String) }],
        })
      }
      const { data } = (await server.rest('GET', '/contacts?search=9812345678')).json
      expect(data).toEqual([json])
    })

    test.each([
      ['+44 20 7183 8750', '+442071838750'],
      ['1 (415) 555-2671', '+14155552671'],
      ['+971 50 123 4567', '+971501234567'],
      ['65 8123 4567', '+6581234567'],
    ])('%s is %s', async (given, stored) => {
      expect((await post({ phone: given })).json.phone).toBe(stored)
    })

    test.each([
      '',
      ' ',
      '+',
      'abc',
      '98123 45678',
      '+9198123',
      '+91981234567890123',
      '+999 98123 45678',
      '+91 98123 4567x',
      '+91+9812345678',
      '++919812345678',
      '+91 98123 45678 ext 5',
      '１９１９８１２３４５６７８',
      '+91981234\u00005678',
      '0'.repeat(40),
      `+91 98123 45678${' '.repeat(40)}5`,
    ])('%j is none, and 400', async (phone) => {
      expectRestError(await post({ phone }), 400, 'BAD_REQUEST', {
        details: [{ path: 'phone', message: expect.any(String) }],
      })
    })
  })

  describe('what is invalid', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

    test.each<[string, unknown, string]>([
      ['no phone', {}, 'phone'],
      ['a phone that is null', { phone: null }, 'phone'],
      ['a phone that is a number', { phone: 919812345678 }, 'phone'],
      ['a phone that is a list', { phone: ['+919812345678'] }, 'phone'],
      ['a name that is a number', { name: 7 }, 'name'],
      ['a name that is an object', { name: { first: 'A' } }, 'name'],
      ['a name with a NUL character', { name: 'a\u0000b' }, 'name'],
      ['a name with half of a surrogate pair', { name: 'a\ud83d' }, 'name'],
      ['a name that is too long', { name: 'x'.repeat(201) }, 'name'],
      ['an email that is none', { email: 'asha@' }, 'email'],
      ['an email that is a number', { email: 5 }, 'email'],
      ['an email that is too long', { email: `${'a'.repeat(250)}@example.com` }, 'email'],
      ['an email with a NUL character', { email: 'a\u0000@example.com' }, 'email'],
      ['tags that are a text', { tags: 'vip' }, 'tags'],
      ['tags that are an object', { tags: { 0: 'vip' } }, 'tags'],
      ['a tag that is a number', { tags: ['vip', 5] }, 'tags.1'],
      ['a tag that is null', { tags: [null] }, 'tags.0'],
      ['a tag with a NUL character', { tags: ['a', '\u0000'] }, 'tags.1'],
      ['a tag that is too long', { tags: ['x'.repeat(65)] }, 'tags.0'],
      ['too many tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 'tags'],
      ['optedIn that is a text', { optedIn: 'true' }, 'optedIn'],
      ['optedIn that is a number', { optedIn: 1 }, 'optedIn'],
      ['optInSource that is a list', { optInSource: ['web'] }, 'optInSource'],
      ['optInSource that is too long', { optInSource: 'x'.repeat(101) }, 'optInSource'],
      ['attributes that are a list', { attributes: [] }, 'attributes'],
      ['attributes that are a text', { attributes: '{}' }, 'attributes'],
      ['attributes with a NUL character', { attributes: { a: ['\u0000'] } }, 'attributes'],
      ['attributes with a NUL character in a key', { attributes: { 'a\u0000': 1 } }, 'attributes'],
      ['attributes that are too large', { attributes: { a: 'x'.repeat(16_400) } }, 'attributes'],
    ])('is named: %s', async (_what, fields, path) => {
      const answer = await post({
        phone: newPhone(),
        ...(fields as object),
        ...('phone' in (fields as object) || path !== 'phone' ? {} : { phone: undefined }),
      })
      expectRestError(answer, 400, 'BAD_REQUEST', { details: [{ path, message: expect.any(String) }] })
      expect(answer.json.error).toContain(path)
    })

    test.each([
      ['nested 33 levels deep', nested(33)],
      ['nested 450 levels deep', nested(450)],
      ['beyond the numbers of JSON', '1e999'],
      ['half of a surrogate pair', '"\\ud83d"'],
    ])('is named: attributes that are %s', async (_what, json) => {
      const answer = await post(`{"phone":"${newPhone()}","attributes":{"a":${json}}}`)
      expectRestError(answer, 400, 'BAD_REQUEST', { details: [{ path: 'attributes', message: expect.any(String) }] })
    })

    test.each([5000, 400_000])('is a body nested %i levels deep, before it is looked into', async (levels) => {
      const answer = await post(`{"phone":"${newPhone()}","attributes":{"a":${nested(levels)}}}`)
      expectRestError(answer, 400, 'BAD_REQUEST')
      expect(answer.json.error).toMatch(/nests them too deep/)
    })

    test('is named all at once, whatever is wrong with each, and in words that follow the field', async () => {
      const answer = await post({
        phone: 'nobody',
        name: 7,
        email: 'x',
        tags: ['ok', 5, '\u0000'],
        optedIn: 'yes',
        optInSource: false,
        attributes: [],
      })
      const fields = ['attributes', 'email', 'name', 'optInSource', 'optedIn', 'phone', 'tags.1', 'tags.2']
      expect(faultyFields(answer)).toEqual(fields)
      for (const { path, message } of answer.json.details) {
        expect(message).toMatch(/^(must|is) /)
        expect(answer.json.error).toContain(`${path}: ${message}`)
      }
    })

    test('leaves nothing behind', async () => {
      const phone = newPhone()
      expect((await post({ phone, email: 'x' })).status).toBe(400)
      expect((await post({ phone })).status).toBe(201)
    })
  })

  test('of many requests for one number at once, one creates it and the others are told of it', async () => {
    const phone = newPhone()
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ phone })))
    const created = answers.filter(({ status }) => status === 201)
    expect(created).toHaveLength(1)
    for (const answer of answers.filter((each) => each !== created[0])) {
      expect([answer.status, answer.json.existingId]).toEqual([409, created[0]?.json.id])
    }
  })

  test('as large as everything may be is accepted', async () => {
    const largest = {
      phone: newPhone(),
      name: 'x'.repeat(200),
      tags: Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(64, 'x')),
      attributes: { a: 'x'.repeat(16_000), b: JSON.parse(nestedLists(31)) },
    }
    const { status, json } = await post(largest)
    expect(status).toBe(201)
    expect(json).toMatchObject(largest)
  })
})

const nestedLists = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
