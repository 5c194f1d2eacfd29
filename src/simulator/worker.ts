import { parentPort, workerData } from 'node:worker_threads'
import type { SimulatorOptions } from './options.js'
import { startSimulator } from './simulator.js'

/**
 * The simulator as a worker thread, so that it ends with its process however that ends. Options come as `workerData`.
 * Posts `{ type: 'ready', port, url }` or `{ type: 'failed', message, code }`; a `{ type: 'stop' }` closes it and ends
 * the thread.
 */
async function run(port: NonNullable<typeof parentPort>): Promise<void> {
  try {
    const simulator = await startSimulator((workerData ?? {}) as SimulatorOptions)
    port.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'stop') return
      void simulator.close().finally(() => process.exit(0))
    })
    port.postMessage({ type: 'ready', port: simulator.port, url: simulator.url })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null
    port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error), code })
  }
}

if (parentPort) await run(parentPort)
