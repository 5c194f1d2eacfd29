import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type StripeRequest = { method: string; path: string; headers: IncomingHttpHeaders; params: URLSearchParams }

export type StripeStandIn = {
  url: string
  requests: StripeRequest[]
  /** What the next requests are answered, in order; after that a link is made of each. */
  fail(...answers: ({ status: number; error: object } | 'hang up')[]): void
  stop(): Promise<void>
}

/** Stripe's payment links as its API reference describes them, on a real socket; the same idempotency key makes one link. */
export async function startStripe(): Promise<StripeStandIn> {
  const requests: StripeRequest[] = []
  const failures: Parameters<StripeStandIn['fail']> = []
  const byKey = new Map<string, object>()
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const params = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    const path = req.url ?? ''
    requests.push({ method: req.method ?? '', path, headers: req.headers, params })
    const json = (status: number, body: object) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const failure = failures.shift()
    if (failure === 'hang up') return req.socket.destroy()
    if (failure) return json(failure.status, { error: failure.error })
    if (path !== '/v1/payment_links') return json(200, { id: path.split('/').at(-1), object: 'payment_link' })
    const key = String(req.headers['idempotency-key'])
    const id = `plink_${byKey.size + 1}_${process.pid}`
    const link = byKey.get(key) ?? { id, object: 'payment_link', url: `https://buy.stripe.com/${id}` }
    byKey.set(key, link)
    return json(200, link)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    fail: (...answers) => void failures.push(...answers),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The header by which Stripe signs (docs.stripe.com/webhooks/signature). */
export function stripeSignature(body: string, secret: string, at = new Date()): string {
  const timestamp = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return `t=${timestamp},v1=${signature}`
}
