import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { eventually, startServer, type TestServer } from '../test/support/server.js'
import { line } from './support/line.js'

let server: TestServer
const open: Socket[] = []
beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'warn' } })
  await asks(500)
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
})
afterAll(() => server.dispose())

/** So many clients that say this much and no more; `reading` false takes nothing of what is answered either. */
async function clients(count: number, text: string, reading = true): Promise<Socket[]> {
  const { hostname, port } = new URL(server.url)
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname))
  open.push(...sockets)
  for (const socket of sockets) socket.on('error', () => undefined)
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  for (const socket of sockets) {
    if (reading) socket.resume()
    socket.write(text)
  }
  return sockets
}

/** How long an ordinary client waits for its answers, one after the other: the median and the 99th percentile. */
async function asks(count: number): Promise<{ p50: number; p99: number; failed: number }> {
  const times: number[] = []
  let failed = 0
  for (let i = 0; i < count; i++) {
    const startMs = performance.now()
    const { status } = await server.graphql('{ viewer { key { id } } }').then(
      ({ data }) => ({ status: data ? 200 : 500 }),
      () => ({ status: 0 }),
    )
    if (status !== 200) failed++
    times.push(performance.now() - startMs)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99), failed }
}

const inMs = ({ p50, p99, failed }: Awaited<ReturnType<typeof asks>>) =>
  `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failed} failed`

/** Until all are cut by the server, in seconds. */
async function cutAfter(sockets: Socket[]): Promise<number> {
  const startMs = performance.now()
  await eventually(() => sockets.every((socket) => socket.closed), 120_000)
  return Math.round((performance.now() - startMs) / 1000)
}

const head = (length: number) =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

line('an ordinary client alone: 300 queries', async (show) => {
  const alone = await asks(300)
  show(inMs(alone))
  expect(alone.failed).toBe(0)
})

line('beside 1,000 connections that say nothing', async (show) => {
  const sockets = await clients(1000, '')
  const beside = await asks(300)
  const seconds = await cutAfter(sockets)
  show(`${inMs(beside)}; all cut after ${seconds} s more`)
  expect(beside.failed).toBe(0)
})

line('beside 1,000 that never end their headers', async (show) => {
  const sockets = await clients(1000, 'POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  const beside = await asks(300)
  const seconds = await cutAfter(sockets)
  show(`${inMs(beside)}; all cut after ${seconds} s more`)
  expect(beside.failed).toBe(0)
})

line('beside 1,000 that never end their bodies', async (show) => {
  const sockets = await clients(1000, `${head(1000)}{`)
  const beside = await asks(300)
  const seconds = await cutAfter(sockets)
  show(`${inMs(beside)}; all cut after ${seconds} s more`)
  expect(beside.failed).toBe(0)
})

line('beside 100 that never read their answers, of several hundred kilobytes each', async (show) => {
  const query = '{ __schema { types { name description fields { name description args { name description } } } } }'
  const body = JSON.stringify({ query })
  const requests = `${head(Buffer.byteLength(body))}${body}`.repeat(40)
  const sockets = await clients(100, requests, false)
  const beside = await asks(300)
  for (const socket of sockets) socket.once('end', () => undefined)
  show(inMs(beside))
  expect(beside.failed).toBe(0)
  expect((await server.call('GET', '/readyz')).status).toBe(200)
})
