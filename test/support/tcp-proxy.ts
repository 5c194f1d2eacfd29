import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** Breaks every connection and refuses new ones. */
  cut(): void
  /** Takes connections and passes nothing on, in no direction: what a lost route looks like. */
  freeze(): void
  restore(): void
  close(): Promise<void>
}

type Target = { host: string; port: number }

/**
 * Stands between a server and what it depends on, or its callers, so that a test can take it away. A function chooses anew
 * for each connection.
 */
export async function startTcpProxy(target: Target | (() => Target)): Promise<TcpProxy> {
  let state: 'open' | 'cut' | 'frozen' = 'open'
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = connect(typeof target === 'function' ? target() : target)
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
      from.on('data', (chunk) => {
        if (state === 'open') to.write(chunk)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const drop = () => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      state = 'cut'
      drop()
    },
    freeze() {
      state = 'frozen'
    },
    restore() {
      // What was swallowed meanwhile is gone: those connections cannot go on.
      drop()
      state = 'open'
    },
    async close() {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}
