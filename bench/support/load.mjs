// A client that costs little: keep-alive connections, requests as bytes made beforehand, answers counted and not parsed.
import { connect } from 'node:net'

/**
 * Sends requests over `connections` sockets, each the next when the last is answered, for `ms`, and at least so
 * many. `next` answers the bytes of a request. Answers the time of each in ms; rejects where one is not answered 200.
 */
export async function load({ port, connections, ms, least, next }) {
  const times = []
  const endAt = performance.now() + ms
  const over = () => performance.now() >= endAt && times.length >= least
  await Promise.all(Array.from({ length: connections }, () => one({ port, over, next, times })))
  return times
}

function one({ port, over, next, times }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let begun = 0
    let read = Buffer.alloc(0)
    let wanted = -1
    const ask = () => {
      if (over()) return socket.destroy()
      begun = performance.now()
      read = Buffer.alloc(0)
      wanted = -1
      socket.write(next())
    }
    socket.on('connect', ask)
    socket.on('data', (chunk) => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
      if (wanted === -1) wanted = lengthOf(read)
      if (wanted === null) {
        if (read.subarray(-5).toString('latin1') !== '0\r\n\r\n') return
      } else if (wanted === -1 || read.length < wanted) return
      if (read.subarray(9, 12).toString('latin1') !== '200') {
        reject(new Error(read.subarray(0, 2000).toString()))
        return socket.destroy()
      }
      times.push(performance.now() - begun)
      ask()
    })
    socket.on('close', resolve)
    socket.on('error', reject)
  })
}

const headEnd = Buffer.from('\r\n\r\n')

/** How long the whole answer is; null: it comes in chunks; -1: its head is not there yet. */
function lengthOf(read) {
  const end = read.indexOf(headEnd)
  if (end === -1) return -1
  const head = read.subarray(0, end).toString('latin1')
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  return length === undefined ? null : end + 4 + Number(length)
}

/** The bytes of a request. */
export function requestOf({ method = 'GET', path, headers = {}, body }) {
  const all = { host: '127.0.0.1', ...headers }
  if (body !== undefined) {
    all['content-type'] = 'application/json'
    all['content-length'] = Buffer.byteLength(body)
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`)
}

/** The value below which this part of the sorted times lies. */
export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
export const median = (values) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
