import { once } from 'node:events'
import { expect, type TestContext } from 'vitest'
import WebSocket from 'ws'
import { inputs } from './fuzz.js'
import { eventually, type TestServer } from './server.js'

/** What a server that runs under --inspect holds after a garbage collection, in bytes: its heap and what hangs on it. */
export async function heldMemory(server: Pick<TestServer, 'output'>): Promise<number> {
  const address = /Debugger listening on (ws:\S+)/.exec(server.output())?.[1]
  if (address === undefined) throw new Error('The server does not run under --inspect.')
  const socket = new WebSocket(address)
  await once(socket, 'open')
  const ask = async (id: number, method: string, params = {}) => {
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [data] = await once(socket, 'message')
      const message = JSON.parse(String(data))
      if (message.id === id) return message.result
    }
  }
  // What a finalizer frees goes with the next collection.
  for (let id = 1; id <= 3; id++) await ask(id, 'HeapProfiler.collectGarbage')
  const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())'
  const { result } = await ask(4, 'Runtime.evaluate', { expression })
  socket.close()
  return result.value
}

/** Compares what a server holds after all its inputs with what it held at first, once both are at rest. */
export function watchMemory(server: () => TestServer) {
  let before = 0
  return {
    async begin(): Promise<void> {
      before = await heldMemory(server())
    },
    async expectBack({ task }: TestContext): Promise<void> {
      let after = 0
      const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`
      const within = async () => {
        after = await heldMemory(server())
        return after <= before * 1.1
      }
      const back = await eventually(within, 60_000).then(
        () => true,
        () => false,
      )
      Object.assign(task.meta, {
        figure: `${inputs()} inputs, 0 answers of 5xx, 0 leaks; ${megabytes(before)} held before, ${megabytes(after)} after`,
      })
      expect(inputs()).toBeGreaterThanOrEqual(20_000)
      expect(back).toBe(true)
    },
  }
}
