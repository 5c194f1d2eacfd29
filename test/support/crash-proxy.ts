import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

/**
 * Where a send is when its server dies: WhatsApp has not been asked; it has accepted, but nobody here knows; its answer
 * has come.
 */
export const crashPoints = ['before the call', 'after the call', 'after the answer'] as const
export type CrashPoint = (typeof crashPoints)[number]

export type CrashProxy = {
  url: string
  /** The next send that comes to this point calls `then`, which ends the server. */
  crashAt(point: CrashPoint, then: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Stands between a server and its WhatsApp, and tells how far a send has come, to the byte. */
export async function startCrashProxy(port: number, target: string): Promise<CrashProxy> {
  let armed: { point: CrashPoint; crash(): Promise<void> } | null = null
  const take = (point: CrashPoint, isSend: boolean) => {
    if (!isSend || armed?.point !== point) return null
    const { crash } = armed
    armed = null
    return crash
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const isSend = req.method === 'POST' && /\/messages$/.test(req.url ?? '')
    const body = await bytesOf(req)
    const before = take('before the call', isSend)
    if (before) {
      await before()
      return void res.destroy()
    }
    const { host: _, connection: __, 'transfer-encoding': ___, 'content-length': ____, ...headers } = req.headers
    const answer = await request(target + req.url, {
      method: req.method as 'GET',
      headers,
      body: body.length ? body : null,
    })
    const content = Buffer.from(await answer.body.arrayBuffer())
    const after = take('after the call', isSend)
    if (after) {
      await after()
      return void res.destroy()
    }
    res.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type'] ?? 'application/json') })
    res.end(content)
    await take('after the answer', isSend)?.()
  }

  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    crashAt: (point, then) =>
      new Promise((resolve, reject) => {
        armed = {
          point,
          async crash() {
            await then().then(resolve, reject)
          },
        }
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bytesOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
