// Real graphql-ws clients, each with a connection and an id of its own: `node clients.mjs URL KEY COUNT DEAF`. Says
// { ready } when all have subscribed. { expect: n } answers { all: true } when each has had n more items.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [url, key, count, deaf] = process.argv.slice(2)
const query = 'subscription { events { cursor type timestamp data } }'
const subscribers = Number(count)
const authorization = `Bearer ${key}`
let received = 0
let wanted = Number.POSITIVE_INFINITY
const marker = Buffer.from('"type":"next"')

/** Counts messages before the client looks at them: to parse each is work of the clients, which are not measured. */
class CountingSocket extends WebSocket {
  set onmessage(listener) {
    super.onmessage = listener
    this.on('message', (message) => {
      if (!message.includes(marker)) return
      super.onmessage = null
      if (++received === wanted) process.send({ all: true })
    })
  }
}

process.on('message', ({ expect, end }) => {
  if (end) process.exit()
  received = 0
  wanted = expect * subscribers
  process.send({ expecting: true })
})

let open = 0
for (let i = 0; i < subscribers; i++) {
  const client = createClient({
    url,
    webSocketImpl: CountingSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on: { connected: () => open++ },
  })
  const failed = (error) => {
    if (!process.connected) return
    console.error('a client was ended', error)
  }
  client.subscribe({ query }, { next: () => undefined, error: failed, complete: () => failed('complete') })
  while (open < i - 100) await pause(5)
}
while (open < subscribers) await pause(5)
for (let i = 0; i < Number(deaf); i++) await neverReads()
await pause(1000)
process.send({ ready: true })

/** Subscribes, and reads nothing from then on. */
function neverReads() {
  const socket = new WebSocket(url, 'graphql-transport-ws', { autoPong: false })
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })))
    socket.once('message', () => {
      socket.send(JSON.stringify({ id: 'deaf', type: 'subscribe', payload: { query } }), resolve)
      socket.pause()
    })
  })
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
