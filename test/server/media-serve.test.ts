import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as files from '../support/media-files.js'
import { sha256, upload, uploaded } from '../support/media-files.js'
import { bearer, expectRestError } from '../support/rest.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'

const html = '<!DOCTYPE html><html><script>alert(1)</script></html>'
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

/** What each file is called, what it is, and the type it has for us. */
const hostile: [string, Uint8Array, string][] = [
  ['page.html', Buffer.from(html), 'text/plain'],
  ['photo.png', Buffer.from(html), 'text/plain'],
  ['photo.jpg', Buffer.from(`\n \t${html}`), 'text/plain'],
  ['sound.mp3', Buffer.from(`<body onload=alert(1)>`), 'text/plain'],
  ['page.xhtml', Buffer.from(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`), 'application/xml'],
  ['drawing.svg', Buffer.from(svg), 'text/plain'],
  ['drawing.png', Buffer.from(`<?xml version="1.0"?>${svg}`), 'application/xml'],
  ['drawing.jpg', Buffer.from(`\ufeff${svg}`), 'text/plain'],
  ['script.js', Buffer.from('alert(1)'), 'text/plain'],
  ['style.css', Buffer.from('body { color: red }'), 'text/plain'],
  ['table.csv', Buffer.from('a,b\n=HYPERLINK("x"),2\n'), 'text/plain'],
  ['data.json', Buffer.from('{"a":1}'), 'text/plain'],
  ['mail.eml', Buffer.from('MIME-Version: 1.0\nContent-Type: text/html\n\n<b>'), 'text/plain'],
  ['archive.mht', Buffer.from('From: <Saved by>\nContent-Type: multipart/related\n'), 'text/plain'],
  ['page.pdf', Buffer.from(`${html}%PDF-1.7`), 'text/plain'],
  ['paper.png', files.pdf, 'application/pdf'],
  ['dot.html', files.png, 'image/png'],
  ['dot.svg', files.jpeg, 'image/jpeg'],
  ['moving.png', files.gif, 'image/gif'],
  ['trail.png', Buffer.concat([files.png, Buffer.from(html)]), 'image/png'],
  ['gifar.gif', Buffer.concat([files.gif, files.zip({ 'a.class': 'x' })]), 'image/gif'],
  ['program.png', Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), 'application/x-msdownload'],
  ['program.pdf', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0', 'latin1'), 'application/x-elf'],
  ['letter.doc', files.ole('WordDocument'), 'application/msword'],
  ['letter.png', files.ole('Workbook'), 'application/vnd.ms-excel'],
  ['show.doc', files.ole('PowerPoint Document'), 'application/vnd.ms-powerpoint'],
  ['unknown.xls', files.ole('Something'), 'application/vnd.ms-excel'],
  ['unknown.png', files.ole('Something'), 'application/x-cfb'],
  ['letter.zip', files.docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['table.png', files.xlsx, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['letter.docx', files.zip({ 'a.txt': 'x' }), 'application/zip'],
  ['bytes.mp4', Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0xfd]), 'application/octet-stream'],
  ['nul.txt', Buffer.from(`<html>\0`), 'application/octet-stream'],
  ['latin1.txt', Buffer.from('<html>caf\xe9', 'latin1'), 'application/octet-stream'],
  ['sound.ogg', files.ogg, 'audio/ogg'],
  ['sound.m4a', files.m4a, 'audio/mp4'],
  ['film.mp4', files.mp4, 'video/mp4'],
]

describeServer('GET /api/media/{id}', () => {
  let server: TestServer
  let id: string
  const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i < 4 ? (files.png[i] ?? 0) : i % 251)))
  const file = Buffer.concat([files.png, content])
  const size = file.length
  const etag = `"${sha256(file)}"`
  beforeAll(async () => {
    server = await startServer()
    id = await uploaded(server, file, 'चालान "1".png')
  })
  afterAll(() => server.dispose())

  const get = async (headers: Record<string, string> = {}, path = id, method = 'GET') => {
    const answer = await fetch(`${server.url}/api/media/${path}`, {
      method,
      headers: { ...bearer(server.key), ...headers },
    })
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
  }

  test('gives the bytes as they came, with headers that let no browser run them', async () => {
    const { status, headers, body } = await get()
    expect([status, body.equals(file)]).toEqual([200, true])
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(size),
      'accept-ranges': 'bytes',
      etag,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': expect.stringContaining('private'),
      'content-disposition': expect.stringMatching(/^inline; filename=".*"; filename\*=UTF-8''%E0%A4/),
    })
  })

  test('HEAD gives the same headers and no body, whatever range it asks for', async () => {
    const whole = await get()
    for (const headers of [{}, { range: 'bytes=0-0' }] as Record<string, string>[]) {
      const head = await get(headers, id, 'HEAD')
      expect([head.status, head.body.length]).toEqual([200, 0])
      for (const name of ['content-type', 'content-length', 'etag', 'content-disposition', 'accept-ranges']) {
        expect(head.headers.get(name), name).toBe(whole.headers.get(name))
      }
    }
  })

  test.each<[string, number, number]>([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, size - 1],
    ['bytes=10-19', 10, 19],
    ['bytes=5-5000000', 5, size - 1],
    ['bytes=-1', size - 1, size - 1],
    ['bytes=-100', size - 100, size - 1],
    ['bytes=-5000000', 0, size - 1],
    [`bytes=${size - 1}-`, size - 1, size - 1],
    ['Bytes = 1 - 2', 1, 2],
  ])('Range %s is 206 with just those bytes', async (range, start, end) => {
    const { status, headers, body } = await get({ range })
    expect([status, headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/${size}`])
    expect(headers.get('content-length')).toBe(String(end - start + 1))
    expect(body.equals(file.subarray(start, end + 1))).toBe(true)
    expect(headers.get('etag')).toBe(etag)
  })

  test.each([`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, 'bytes=-0'])('Range %s is 416', async (range) => {
    const { status, headers, body } = await get({ range })
    expect([status, headers.get('content-range')]).toEqual([416, `bytes */${size}`])
    expect(JSON.parse(body.toString())).toEqual({
      error: expect.any(String),
      code: 'BAD_REQUEST',
      requestId: headers.get('x-request-id'),
    })
  })

  test.each(['bytes=9-5', 'bytes=a-b', 'bytes', 'items=0-1', 'bytes=0-1,4-5', 'bytes=--1', `bytes=${'9'.repeat(30)}-`])(
    'Range %s is not honoured: 200, whole',
    async (range) => {
      const { status, headers, body } = await get({ range })
      expect([status, headers.get('content-range'), body.length]).toEqual([200, null, size])
    },
  )

  test('If-None-Match with the ETag is 304 without a body, before any range', async () => {
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, headers, body } = await get({ 'if-none-match': tag, range: 'bytes=0-1' })
      expect([status, headers.get('etag'), body.length]).toEqual([304, etag, 0])
    }
    expect((await get({ 'if-none-match': '"x"' })).status).toBe(200)
  })

  test('If-Range with the ETag honours the range, with anything else gives the whole', async () => {
    const status = async (tag: string) => (await get({ 'if-range': tag, range: 'bytes=0-1' })).status
    expect(await status(etag)).toBe(206)
    for (const tag of ['"x"', `W/${etag}`, 'Tue, 24 Nov 2026 00:00:00 GMT']) expect(await status(tag)).toBe(200)
  })

  test('needs a key with media:read; another organization’s file, and one that is not there, are 404', async () => {
    const path = `/api/media/${id}`
    expectRestError(await server.call('GET', path, undefined, { authorization: '' }), 401, 'UNAUTHENTICATED')
    const { stdout } = await server.operator(
      'keys',
      'create',
      '--org',
      'demo',
      '--name',
      'w',
      '--scopes',
      'media:write',
    )
    expectRestError(await server.call('GET', path, undefined, bearer(stdout.trim())), 403, 'FORBIDDEN')
    const other = await server.newOrganization('others')
    expectRestError(await server.call('GET', path, undefined, bearer(other)), 404, 'NOT_FOUND')
    for (const name of [id.replace(/.$/, id.endsWith('a') ? 'b' : 'a'), 'x', id.replace('med', 'msg'), '..%2f..%2fx']) {
      expectRestError(await server.call('GET', `/api/media/${name}`), 404, 'NOT_FOUND')
    }
    const posted = await server.call('POST', path, {})
    expectRestError(posted, 404, 'NOT_FOUND')
    expect(posted.headers.get('allow')).toBe('GET, HEAD')
  })

  test('whose bytes are gone from the store is 404, not a broken answer', async () => {
    const gone = await uploaded(server, files.jpeg)
    rmSync(join(server.env.DATA_DIR ?? '', 'media', gone.slice(-2), gone))
    expectRestError(await server.call('GET', `/api/media/${gone}`), 404, 'NOT_FOUND')
  })

  describe('whatever a file is called', () => {
    test.each(hostile)(
      '%s is served as what it is, and inline only as image, sound or film',
      async (name, bytes, mimeType) => {
        const { json } = await upload(server, bytes, name)
        const { headers, body } = await get({}, json.mediaId)
        expect(body.equals(bytes)).toBe(true)
        expect([json.mimeType, headers.get('content-type')]).toEqual([mimeType, mimeType])
        const shown = /^(image|audio|video)\//.test(mimeType)
        expect(headers.get('content-disposition')).toMatch(shown ? /^inline;/ : /^attachment;/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(mimeType).not.toMatch(/html|svg|javascript/)
      },
    )
  })
})
