// One of the servers that bench/fanout.mjs compares, in a process of its own: `node servers.mjs kaanha|yoga|raw`. Says
// { url, key } when it listens. { events: n } makes n events at once; { usage: true } answers CPU and memory.
import { once } from 'node:events'
import { createServer } from 'node:http'

const data = {
  contact: { id: 'con_01h455vb4pex5vsknk084sn02q', phone: '+919812345678', name: 'Asha Rao', tags: ['vip'] },
  note: 'as it was when it happened '.repeat(6),
}
const kinds = { kaanha, yoga, raw }
const { server, key, emit } = await kinds[process.argv[2]]()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('message', ({ events, end }) => {
  if (end) process.exit()
  if (events) return emit(events)
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1e6 })
})
process.send({ url: `ws://127.0.0.1:${server.address().port}/graphql`, key })

/** Ours, as fanout.mjs has built it. */
async function kaanha() {
  const { open } = await import('../../dist/bench/kaanha.js')
  return open(data)
}

/** Yoga and graphql-ws, as their documentation puts them together. */
async function yoga() {
  const [{ createPubSub, createSchema, createYoga }, { useServer }, { WebSocketServer }] = await Promise.all([
    import('graphql-yoga'),
    import('graphql-ws/use/ws'),
    import('ws'),
  ])
  const pubSub = createPubSub()
  const typeDefs = `scalar JSON
    type Event { cursor: String! type: String! timestamp: String! data: JSON! }
    type Query { ok: Boolean } type Subscription { events: Event! }`
  const resolvers = {
    Subscription: { events: { subscribe: () => pubSub.subscribe('event'), resolve: (event) => event } },
  }
  const server0 = createYoga({ schema: createSchema({ typeDefs, resolvers }), graphiql: false })
  const server = createServer(server0)
  useServer(
    {
      execute: (args) => args.rootValue.execute(args),
      subscribe: (args) => args.rootValue.subscribe(args),
      onSubscribe: async (ctx, _id, params) => {
        const { schema, execute, subscribe, contextFactory, parse, validate } = server0.getEnveloped({
          ...ctx,
          req: ctx.extra.request,
          socket: ctx.extra.socket,
          params,
        })
        const { operationName, variables: variableValues } = params
        const document = parse(params.query)
        const contextValue = await contextFactory()
        const args = {
          schema,
          operationName,
          document,
          variableValues,
          contextValue,
          rootValue: { execute, subscribe },
        }
        const errors = validate(args.schema, args.document)
        return errors.length > 0 ? errors : args
      },
    },
    new WebSocketServer({ server, path: '/graphql' }),
  )
  let n = 0
  const emit = (count) => {
    for (let i = 0; i < count; i++) pubSub.publish('event', eventOf(++n))
  }
  return { server, key: 'none', emit }
}

/** No GraphQL at all: one text, made once an event, through ws to every socket. What a fan-out can be at best. */
async function raw() {
  const { WebSocketServer } = await import('ws')
  const server = createServer()
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  const ids = new Map()
  sockets.on('connection', (socket) => {
    socket.on('message', (text) => {
      const { type, id } = JSON.parse(text)
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type === 'subscribe') ids.set(socket, id)
    })
    socket.on('close', () => ids.delete(socket))
  })
  let n = 0
  const emit = (count) => {
    for (let i = 0; i < count; i++) {
      const message = { id: '0'.repeat(36), type: 'next', payload: { data: { events: eventOf(++n) } } }
      const text = Buffer.from(JSON.stringify(message))
      for (const socket of ids.keys()) socket.send(text, { binary: false })
    }
  }
  return { server, key: 'none', emit }
}

function eventOf(n) {
  return { cursor: String(n).padStart(16, '0'), type: 'contact.updated', timestamp: new Date().toISOString(), data }
}
