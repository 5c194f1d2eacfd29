import { once } from 'node:events'
import WebSocket, { type ClientOptions } from 'ws'
import { eventually, type TestServer, within } from './server.js'

const waitMs = 15_000

export type Message = { type: string; id?: string; payload?: unknown }

/** A WebSocket as a client has it that knows nothing of the protocol, with everything it hears. */
export class Peer {
  readonly heard: Message[] = []
  readonly closed: Promise<string>
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.heard.push(JSON.parse(String(data))))
    socket.on('error', () => undefined)
    this.closed = within(
      waitMs,
      once(socket, 'close').then(([code, reason]) => `${code} ${reason}`),
    )
    this.closed.catch(() => undefined)
  }
  static async open(
    server: TestServer,
    options: ClientOptions & { path?: string; protocols?: string[] } = {},
  ): Promise<Peer> {
    const { path = '/graphql', protocols = ['graphql-transport-ws'], ...more } = options
    const peer = new Peer(new WebSocket(server.url.replace('http', 'ws') + path, protocols, more))
    await within(waitMs, once(peer.socket, 'open'))
    return peer
  }
  /** One that has been let in. */
  static async greeted(server: TestServer, options: ClientOptions & { path?: string } = {}): Promise<Peer> {
    const peer = await Peer.open(server, options)
    peer.send({ type: 'connection_init', payload: { authorization: `Bearer ${server.key}` } })
    await peer.hears(({ type }) => type === 'connection_ack')
    return peer
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }
  subscribe(id: string, query: string, variables = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } })
  }
  async hears(wanted: (message: Message) => boolean): Promise<Message> {
    await eventually(() => this.heard.some(wanted))
    return this.heard.find(wanted) ?? { type: 'nothing' }
  }
  /** What an operation answered, in order, after it has ended. */
  async outcome(id: string): Promise<Message[]> {
    await this.hears((message) => message.id === id && message.type !== 'next')
    return this.heard.filter((message) => message.id === id)
  }
}
