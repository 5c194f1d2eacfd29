import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came. */
export type Received = {
  path: string
  headers: IncomingHttpHeaders
  body: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape; a wrong shape fails them.
  event: any
  /** Ends without an answer until this is called, where the path hangs. */
  answer(status: number): void
}

/** What a path answers to its n-th request, from 1: a status, with headers or without; or nothing at all. */
export type Behaviour = (
  received: Received,
  n: number,
) => number | { status: number; headers?: Record<string, string>; body?: string } | 'hang'

export type Receiver = {
  /** The address of a path, with what is answered there; 200 by default. */
  url(path: string, behaviour?: Behaviour): string
  at(path: string, event?: string): Received[]
  stop(): Promise<void>
}

/** Somebody's endpoint for webhooks, on a real socket. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const behaviours = new Map<string, Behaviour>()
  const server = createServer(async (req, res: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const path = req.url ?? ''
    const one: Received = {
      path,
      headers: req.headers,
      body,
      event: JSON.parse(body),
      answer: (status) => void res.writeHead(status).end(),
    }
    received.push(one)
    const answer = behaviours.get(path)?.(one, received.filter((each) => each.path === path).length) ?? 200
    if (answer === 'hang') return
    const { status, headers = {}, body: text = '' } = typeof answer === 'number' ? { status: answer } : answer
    res.writeHead(status, headers).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url(path, behaviour) {
      if (behaviour) behaviours.set(path, behaviour)
      else behaviours.delete(path)
      return `http://127.0.0.1:${port}${path}`
    },
    at: (path, event) => received.filter((one) => one.path === path && (!event || one.event.event === event)),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
