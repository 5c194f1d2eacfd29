import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  anyJson,
  bodyOf,
  bytes,
  check,
  encoding,
  expectHarmless,
  fuzzServer,
  fuzzTimeoutMs,
  headerText,
  longFuzz,
  nasty,
  queryString,
} from '../support/fuzz.js'
import { watchMemory } from '../support/memory.js'
import { consentingContact, expectNoLeak } from '../support/rest.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'

const template = { type: 'template', templateName: 'order_update', language: 'en' }

describeServer('REST, whatever is sent', () => {
  let server: TestServer
  let known: string[]
  beforeAll(async () => {
    server = await startServer(fuzzServer)
    const { id, phone } = await consentingContact(server, { open: true })
    const { data } = (await server.rest('GET', '/messages')).json
    known = [id, phone, data[0].id, data[0].conversationId, data[0].messageId]
  })
  afterAll(() => server.dispose())
  const memory = watchMemory(() => server)
  afterEach(async () => {
    expect((await server.call('GET', '/readyz')).status).toBe(200)
  })

  /** What is there too, so that what is random reaches beyond the first check. */
  const idOrNasty = fc.oneof(
    { weight: 2, arbitrary: fc.nat(4).map((i) => () => known[i] ?? '') },
    { weight: 3, arbitrary: nasty.map((text) => () => text) },
  )

  const contactBody = bodyOf(
    'phone',
    'name',
    'email',
    'tags',
    'optedIn',
    'optInSource',
    'optInProof',
    'attributes',
    'x',
  )
  const contentBody = bodyOf(
    ...['type', 'text', 'previewUrl', 'templateName', 'language', 'components', 'interactive', 'latitude', 'longitude'],
    ...['name', 'address', 'contacts', 'mediaUrl', 'mediaId', 'caption', 'filename', 'messageId', 'emoji', 'replyTo'],
  )
  const type = fc.constantFrom(
    'text',
    'template',
    'interactive',
    'location',
    'contact',
    'contacts',
    'image',
    'reaction',
  )

  test(
    'a body of known fields with anything in them is answered below 500',
    () =>
      check([contactBody, contentBody, type, idOrNasty, fc.boolean()], async (contact, content, kind, to, typed) => {
        expectHarmless(await server.rest('POST', '/contacts', contact))
        const body = { to: to(), ...content, ...(typed ? { type: kind } : {}) }
        expectHarmless(await server.rest('POST', '/send', body))
      }),
    fuzzTimeoutMs,
  )

  if (longFuzz) test('what the server holds is looked at, now that it is warm', () => memory.begin())

  test(
    'a good message with one of its places replaced is answered below 500',
    () => {
      const reply = { type: 'reply', reply: { id: 'a', title: 'A' } }
      const messages = [
        { type: 'text', text: 'Hello', previewUrl: true },
        { ...template, components: [{ type: 'body', parameters: [{ type: 'text', text: 'a' }] }] },
        { type: 'interactive', interactive: { type: 'button', body: { text: 'x' }, action: { buttons: [reply] } } },
        { type: 'location', latitude: 1, longitude: 2, name: 'x', address: 'y' },
        { type: 'contact', contacts: [{ name: { formatted_name: 'A', first_name: 'A' }, phones: [{ phone: '1' }] }] },
      ]
      return check([fc.constantFrom(...messages), fc.nat(), anyJson], async (message, place, value) => {
        const body = { to: known[0], ...replaceOne(message, place, value) }
        expectHarmless(await server.rest('POST', '/send', body))
      })
    },
    fuzzTimeoutMs,
  )

  test(
    'any bytes, under any type and encoding, are answered below 500',
    () => {
      const contentType = fc.constantFrom(
        ...['application/json', 'application/json; charset=utf-16', 'text/html', ''],
        ...['multipart/form-data', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'],
      )
      return check([bytes, encoding, contentType], async (body, contentEncoding, givenType) => {
        const headers = { 'content-type': givenType, 'content-encoding': contentEncoding }
        for (const path of ['/contacts', '/send', '/nope']) {
          expectHarmless(await server.rest('POST', path, body, headers))
        }
      })
    },
    fuzzTimeoutMs,
  )

  test(
    'any query string, path and method is answered below 500',
    () => {
      const path = fc.constantFrom('/contacts', '/chats', '/messages', '/status')
      const name = fc.constantFrom('search', 'tag', 'page', 'limit', 'status', 'conversationId', '__proto__', 'a[b]')
      const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
      const raw = fc.webQueryParameters()
      return check([path, fc.dictionary(name, nasty), raw, idOrNasty, method], async (list, query, text, id, verb) => {
        expectHarmless(await server.rest('GET', `${list}?${queryString(query)}`))
        expectHarmless(await server.rest('GET', `${list}?${text}`))
        const segment = encodeURIComponent(id().toWellFormed())
        expectHarmless(await server.rest(verb, `/chats/${segment}`))
        expectHarmless(await server.rest('GET', `/messages?conversationId=${segment}`))
        expectHarmless(await server.call(verb, `/api/${segment}`))
      })
    },
    fuzzTimeoutMs,
  )

  test(
    'any header is answered below 500',
    () =>
      check([headerText, headerText, headerText], async (authorization, key, other) => {
        const sent = { 'x-request-id': other, 'x-forwarded-for': other, origin: other, accept: other, cookie: other }
        const headers = { 'idempotency-key': key, ...sent }
        expectHarmless(await server.rest('GET', '/status', undefined, { ...headers, authorization }))
        expectHarmless(await server.rest('POST', '/send', { to: known[1], ...template }, headers))
        const conditional = { 'if-none-match': other, range: key, 'accept-encoding': other }
        expectHarmless(await server.rest('GET', '/contacts', undefined, conditional))
      }),
    fuzzTimeoutMs,
  )

  test(
    'bytes that are no HTTP are answered 4xx, or with the end of the connection',
    () => {
      const request = fc.oneof(
        fc.uint8Array({ maxLength: 100 }),
        nasty.map((text) => Buffer.from(`GET ${text} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)),
        nasty.map((text) => Buffer.from(`POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: ${text}\r\n\r\n${text}`)),
        nasty.map((text) =>
          Buffer.from(`POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${text}`),
        ),
      )
      return check([request], async (given) => {
        const answer = await speak(server.url, given)
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
        if (status !== undefined) expect(Number(status)).toBeLessThan(500)
        expectNoLeak(answer)
      })
    },
    fuzzTimeoutMs,
  )

  if (longFuzz) {
    test('REST: malformed inputs, and what the server holds after them', (context) => memory.expectBack(context))
  }
})

/** What comes back until the connection ends; our side ends when all is written. */
function speak(url: string, given: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.end(given))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

/** A copy with one of its places, however deep, given something else. */
function replaceOne(value: object, place: number, put: unknown): object {
  const copy = structuredClone(value)
  const places: [Record<string, unknown>, string][] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, item] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key])
      walk(item)
    }
  }
  walk(copy)
  const [parent, key] = places[place % places.length] ?? []
  if (parent && key !== undefined) parent[key] = put
  return copy
}
