import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the ports that Linux (32768), macOS and Windows (49152) give to outgoing connections: of those, one that was
 * free a moment ago may be the near end of anybody's request by the time a server has started.
 */
const lowest = 12_000
const portsPerWorker = 5_000
const workers = 4

/** Test files run side by side; each takes its ports from a range of its own. */
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % workers
let next = Math.floor(Math.random() * portsPerWorker)

/** A port of 127.0.0.1 that nothing listens on and no outgoing connection takes, for programs that cannot listen on port 0. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsPerWorker; tries++) {
    const port = lowest + worker * portsPerWorker + (next++ % portsPerWorker)
    if (await isFree(port)) return port
  }
  throw new Error(`No port from ${lowest + worker * portsPerWorker} on is free`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
