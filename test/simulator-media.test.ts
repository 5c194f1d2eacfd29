import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  accessToken,
  allStatuses,
  call,
  dig,
  digText,
  type Outside,
  phoneNumberId,
  startOutside,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

const bytes = (size: number) => new Uint8Array(size).fill(7)
const day = 86_400_000

async function uploaded(type = 'image/png', size = 1000): Promise<string> {
  const answer = await outside.upload(bytes(size), type)
  expect(answer).toMatchObject({ status: 200, json: { id: expect.stringMatching(/^\d{10,20}$/) } })
  return digText(answer.json, 'id')
}

const download = (url: string, token: string | null = accessToken) =>
  fetch(url, token === null ? {} : { headers: { authorization: `Bearer ${token}` } })

test('an upload is described with its true size and hash, and comes back byte for byte', async () => {
  const id = await uploaded('application/pdf', 70_000)
  const described = await outside.graph('GET', `/${id}?phone_number_id=${phoneNumberId}`)
  expect(described.json).toEqual({
    id,
    messaging_product: 'whatsapp',
    mime_type: 'application/pdf',
    file_size: 70_000,
    sha256: createHash('sha256').update(bytes(70_000)).digest('hex'),
    url: expect.stringContaining(outside.url),
  })
  const file = await download(digText(described.json, 'url'))
  expect(file.headers.get('content-type')).toBe('application/pdf')
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes(70_000))
})

test('the url needs the token, holds for five minutes, and cannot be made up', async () => {
  const id = await uploaded()
  const url = digText((await outside.graph('GET', `/${id}`)).json, 'url')
  expect((await download(url, null)).status).toBe(401)
  expect((await download(url, 'wrong')).status).toBe(401)
  expect((await download(url.replace(/ext=\d+/, 'ext=9999999999'))).status).toBe(404)
  await outside.control('POST', '/clock', { advanceMs: 299_000 })
  expect((await download(url)).status).toBe(200)
  await outside.control('POST', '/clock', { advanceMs: 2_000 })
  expect((await download(url)).status).toBe(404)
  const again = digText((await outside.graph('GET', `/${id}`)).json, 'url')
  expect((await download(again)).status).toBe(200)
})

test('uploads live 30 days and what a customer sent 7', async () => {
  const own = await uploaded()
  const theirs = await uploaded()
  await outside.inbound({ type: 'image', image: { id: theirs } })
  await outside.control('POST', '/clock', { advanceMs: 7 * day })
  expect((await outside.graph('GET', `/${theirs}`)).status).toBe(400)
  expect((await outside.graph('GET', `/${own}`)).status).toBe(200)
  await outside.control('POST', '/clock', { advanceMs: 23 * day })
  expect((await outside.graph('GET', `/${own}`)).status).toBe(400)
})

test('media of a customer tells its type and base64 hash, and answers to no phone number id', async () => {
  const id = await uploaded('image/jpeg', 50)
  await outside.inbound({ type: 'image', image: { id, caption: 'Look' } })
  await eventually(() => outside.receiver.messages().length === 1)
  expect(dig(outside.receiver.messages()[0], 'image')).toEqual({
    id,
    caption: 'Look',
    mime_type: 'image/jpeg',
    sha256: createHash('sha256').update(bytes(50)).digest('base64'),
  })
  expect((await outside.graph('GET', `/${id}`)).status).toBe(200)
  expect(await outside.graph('GET', `/${id}?phone_number_id=${phoneNumberId}`)).toMatchObject({
    status: 400,
    json: { error: { code: 100, error_subcode: 33 } },
  })
})

test('a deleted file is an unknown object, in a send too', async () => {
  await outside.inbound()
  const id = await uploaded()
  expect((await outside.graph('DELETE', `/${id}`)).json).toEqual({ success: true })
  expect(await outside.graph('GET', `/${id}`)).toMatchObject({
    status: 400,
    json: { error: { code: 100, error_subcode: 33, type: 'GraphMethodException' } },
  })
  expect(await outside.send({ type: 'image', image: { id } })).toMatchObject({
    status: 400,
    json: { error: { code: 131009 } },
  })
})

test('types that WhatsApp does not take and files over their limit are refused', async () => {
  const refused: readonly (readonly [type: string, size: number, code: number])[] = [
    ['application/octet-stream', 10, 100],
    ['image/gif', 10, 100],
    ['image/png', 0, 100],
    ['image/png', 5 * 1024 * 1024 + 1, 131053],
    ['image/webp', 500 * 1024 + 1, 131053],
    ['video/mp4', 16 * 1024 * 1024 + 1, 131053],
  ]
  for (const [type, size, code] of refused) {
    const answer = await outside.upload(bytes(size), type)
    expect([type, size, answer.status, dig(answer.json, 'error.code')]).toEqual([type, size, 400, code])
  }
  await uploaded('image/png', 5 * 1024 * 1024)
})

test('an upload without its parts is refused, and messaging_product may stand in the query', async () => {
  const missing = await outside.upload(bytes(10), 'image/png', {})
  expect(missing).toMatchObject({ status: 400, json: { error: { code: 100 } } })
  expect(digText(missing.json, 'error.message')).toContain('messaging_product')
  const empty = new FormData()
  empty.set('messaging_product', 'whatsapp')
  const noFile = await outside.graph('POST', `/${phoneNumberId}/media`, empty)
  expect(digText(noFile.json, 'error.message')).toContain('file')
  const form = new FormData()
  form.set('file', new Blob([bytes(10)], { type: 'audio/ogg; codecs=opus' }), 'voice.ogg')
  const query = await outside.graph('POST', `/${phoneNumberId}/media?messaging_product=whatsapp`, form)
  expect(query.status).toBe(200)
  const broken = await call(`${outside.url}/${phoneNumberId}/media`, 'POST', '--x\r\nContent-Disp', {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'multipart/form-data; boundary=x',
  })
  expect(broken).toMatchObject({ status: 400, json: { error: { code: 100 } } })
})

test('media of another kind than the message is accepted and fails with 131053', async () => {
  await outside.inbound()
  const pdf = await uploaded('application/pdf')
  const wrong = digText((await outside.send({ type: 'image', image: { id: pdf } })).json, 'messages.0.id')
  expect(await outside.receiver.status(wrong, 'failed')).toMatchObject({ errors: [{ code: 131053 }] })
  const right = digText((await outside.send({ type: 'document', document: { id: pdf } })).json, 'messages.0.id')
  expect(await outside.receiver.statusNames(right)).toEqual(allStatuses)
})
