import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as files from '../support/media-files.js'
import { form, sha256, upload, uploadByGraph } from '../support/media-files.js'
import { bearer, expectRestError, idOf, isoTime } from '../support/rest.js'
import { describeServer, eventually, startServer, type TestServer } from '../support/server.js'

const maxBytes = 16_777_216

describeServer('an upload', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  /** The names of everything in the store, half files included. */
  const stored = (): string[] => {
    const folder = join(server.env.DATA_DIR ?? '', 'media')
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    return names.filter((entry) => entry.isFile()).map(({ name }) => name)
  }

  test('by REST answers 201 with what the bytes are, and only that', async () => {
    const body = form([
      ['note', 'other parts are ignored'],
      ['other', files.pdf, 'other.pdf'],
      ['file', files.png, 'dot.png'],
      ['late', 'also'],
    ])
    const { status, json } = await server.rest('POST', '/media', body)
    expect({ status, json }).toEqual({
      status: 201,
      json: {
        mediaId: idOf('med'),
        url: `http://localhost:${new URL(server.url).port}/api/media/${json.mediaId}`,
        mimeType: 'image/png',
        size: files.png.length,
        filename: 'dot.png',
        sha256: sha256(files.png),
      },
    })
  })

  test('by GraphQL gives the same, and media(id) shows it', async () => {
    const { status, json } = await uploadByGraph(server, files.png, 'dot.png')
    const media = {
      id: idOf('med'),
      status: 'READY',
      url: expect.stringMatching(/\/api\/media\/med_/),
      mimeType: 'image/png',
      size: files.png.length,
      filename: 'dot.png',
      sha256: sha256(files.png),
      createdAt: isoTime,
    }
    expect([status, json.data]).toEqual([200, { uploadMedia: { media } }])
    const { id } = json.data.uploadMedia.media
    const query = 'query ($id: ID!) { media(id: $id) { id status url mimeType size filename sha256 createdAt } }'
    expect((await server.graphql(query, { id })).data.media).toEqual(json.data.uploadMedia.media)
  })

  test.each([
    ['REST', upload, (json: unknown) => json as { code: string }, 400],
    [
      'GraphQL',
      uploadByGraph,
      (json: { errors: { extensions: { code: string } }[] }) => json.errors[0]?.extensions,
      200,
    ],
  ] as const)('by %s takes exactly 16,777,216 bytes and not one more', async (_door, send, errorOf, refusedStatus) => {
    const whole = Buffer.alloc(maxBytes, 'a')
    const taken = await send(server, whole)
    expect(taken.text).toContain(sha256(whole))
    const before = stored()
    const refused = await send(server, Buffer.alloc(maxBytes + 1, 'a'))
    expect([refused.status, errorOf(refused.json as never)?.code]).toEqual([refusedStatus, 'FILE_TOO_LARGE'])
    const empty = await send(server, new Uint8Array())
    expect(errorOf(empty.json as never)).toMatchObject({
      code: 'BAD_REQUEST',
      details: [{ path: 'file', message: 'has no bytes' }],
    })
    expect(stored().sort()).toEqual(before.sort())
  })

  test.each<[string, unknown, Record<string, string>]>([
    ['without a file part', form([['other', files.png, 'a.png']]), {}],
    ['whose file is a field', form([['file', 'text']]), {}],
    ['that is JSON', { file: 'x' }, {}],
    ['without a body', undefined, {}],
  ])('by REST %s is 400 and names the field', async (_what, body, headers) => {
    expectRestError(await server.rest('POST', '/media', body, headers), 400, 'BAD_REQUEST', {
      details: [{ path: 'file', message: expect.stringContaining('required') }],
    })
  })

  test('by REST that is no multipart body for all it says is 400', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      const answer = await server.rest('POST', '/media', '{"file":1}', { 'content-type': type })
      expectRestError(answer, 400, 'BAD_REQUEST')
    }
  })

  test.each<[string, Record<string, string>]>([
    ['no map', { operations: '{"query":"{ __typename }"}' }],
    ['a map to no place', { operations: '{"query":"{ __typename }","variables":{}}', map: '{"0":["variables.file"]}' }],
    ['a map into the query', { operations: '{"query":null}', map: '{"0":["query"]}' }],
    [
      'a map of two files',
      { operations: '{"variables":{"a":null,"b":null}}', map: '{"0":["variables.a"],"1":["variables.b"]}' },
    ],
    ['a map to a prototype', { operations: '{"variables":{}}', map: '{"0":["variables.__proto__.x"]}' }],
    ['bad JSON', { operations: '{', map: '{"0":["variables.file"]}' }],
  ])('by GraphQL with %s is 400', async (_what, fields) => {
    const body = form([...Object.entries(fields), ['0', files.png, 'a.png']] as [string, string][])
    const answer = await server.call('POST', '/graphql', body)
    expect([answer.status, answer.json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST'])
  })

  test('a variable that is no file is BAD_REQUEST, over HTTP and WebSocket', async () => {
    const query = 'mutation ($file: Upload!) { uploadMedia(input: { file: $file }) { media { id } } }'
    for (const file of ['x', {}, 1]) {
      expect((await server.graphql(query, { file })).errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
    }
  })

  test('needs the scope media:write, before anything is read, and a key', async () => {
    const { stdout } = await server.operator('keys', 'create', '--org', 'demo', '--name', 'r', '--scopes', 'media:read')
    const headers = bearer(stdout.trim())
    const before = stored()
    expectRestError(await upload(server, files.png, 'a.png', headers), 403, 'FORBIDDEN')
    expect((await uploadByGraph(server, files.png, 'a.png', headers)).json.errors[0].extensions.code).toBe('FORBIDDEN')
    expectRestError(await upload(server, files.png, 'a.png', { authorization: '' }), 401, 'UNAUTHENTICATED')
    expect((await uploadByGraph(server, files.png, 'a.png', { authorization: '' })).status).toBe(401)
    expect(stored()).toEqual(before)
  })

  test.each(['/api/whatsapp-api/media', '/graphql'])('to %s that breaks off leaves nothing behind', async (path) => {
    const before = stored()
    const operations = JSON.stringify({
      query: 'mutation ($file: Upload!) { uploadMedia(input: { file: $file }) { media { id } } }',
      variables: { file: null },
    })
    const field = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const head =
      field('operations', operations) +
      field('map', '{"file":["variables.file"]}') +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    const call = request(server.url + path, {
      method: 'POST',
      headers: { ...bearer(server.key), 'content-type': 'multipart/form-data; boundary=b' },
    })
    call.on('error', () => undefined)
    call.write(head)
    call.write(Buffer.alloc(300_000, 'x'))
    await eventually(() => stored().length > before.length)
    call.destroy()
    await eventually(() => stored().length === before.length)
    expect(stored()).toEqual(before)
  })

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\photo.png', 'photo.png'],
    ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
    ['...', null],
    [`${'n'.repeat(400)}.png`, `${'n'.repeat(236)}.png`],
    ['चालान.pdf', 'चालान.pdf'],
  ])('keeps of the name %j only %j', async (given, kept) => {
    const { json } = await uploadByGraph(
      server,
      files.png,
      'x',
      {},
      `mutation ($file: Upload!) {
      uploadMedia(input: { file: $file, filename: ${JSON.stringify(given)} }) { media { filename } } }`,
    )
    expect(json.data.uploadMedia.media.filename).toBe(kept)
  })

  describe.runIf(process.platform === 'linux')('of 16 MB', () => {
    const residentBytes = () => {
      const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? []
      return Number(kilobytes) * 1024
    }

    test.each([
      ['REST', upload],
      ['GraphQL', uploadByGraph],
    ] as const)('by %s holds less than 64 MB of memory more', async (_door, send) => {
      const file = Buffer.alloc(maxBytes, 'b')
      await send(server, files.png)
      const before = residentBytes()
      let most = 0
      const watch = setInterval(() => {
        most = Math.max(most, residentBytes())
      }, 2)
      await send(server, file).finally(() => clearInterval(watch))
      expect(most).toBeGreaterThan(0)
      expect(most - before).toBeLessThan(64 * 1024 * 1024)
    })
  })
})
