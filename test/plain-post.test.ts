import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { isPlainPost } from '../src/http/plain-graphql.js'

const plain = { authorization: 'Bearer x', 'content-type': 'application/json', 'content-length': '2' }

const isPlain = (headers: Record<string, string | undefined>, { method = 'POST', url = '/graphql' } = {}) =>
  isPlainPost({ method, url, headers: { ...plain, ...headers } } as unknown as IncomingMessage)

it.each([
  {},
  { 'content-type': 'application/json; charset=utf-8' },
  { 'content-length': '1000000' },
  { accept: 'text/event-stream' },
])('a JSON body by POST of a program with a key goes past Express: %j', (headers) => {
  expect(isPlain(headers)).toBe(true)
})

it.each([
  { authorization: undefined },
  { origin: 'https://shop.example.com' },
  { 'content-type': undefined },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-length': undefined },
  { 'content-length': '1000001' },
  { 'transfer-encoding': 'chunked' },
  { 'content-encoding': 'gzip' },
  { expect: '100-continue' },
])('everything unusual is for Express: %j', (headers) => {
  expect(isPlain(headers)).toBe(false)
})

it('other methods and paths are for Express', () => {
  expect([isPlain({}, { method: 'GET' }), isPlain({}, { url: '/graphql?query=x' })]).toEqual([false, false])
})
