import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Config } from './config.js'
import type { Logger } from './core/logger.js'
import { packageFile } from './core/package-file.js'
import { StartError } from './start-error.js'

const stopTimeoutMs = 1500

/**
 * The simulator beside the server: another program, named by its path and never imported, in a thread so that it ends
 * with this process however that ends. They meet on the wire only.
 * @throws StartError where its port is in use.
 */
export async function startSimulatorThread(
  config: Config,
  port: number,
  callbackUrl: string,
  logger: Logger,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { accessToken, phoneNumberId, businessAccountId, appSecret, verifyToken } = config.whatsapp
  const path = packageFile('dist/simulator/worker.js')
  if (!existsSync(path)) throw new StartError(`the simulator is not built: ${path} is missing`)
  const worker = new Worker(path, {
    // It makes much short-lived garbage; a small nursery keeps the process small too.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    workerData: { port, callbackUrl, accessToken, phoneNumberId, businessAccountId, appSecret, verifyToken },
  })
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: { type: string; url: string; message: string; code: string | null }) => {
      if (message.type === 'ready') resolve(message.url)
      else reject(new StartError(describe(message, port)))
    })
  })
  worker.removeAllListeners('error')
  worker.on('error', (error) => logger.error({ err: error }, 'the simulator died; restart the server to have it back'))
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      worker.postMessage({ type: 'stop' })
      const timer = setTimeout(() => void worker.terminate(), stopTimeoutMs)
      await ended
      clearTimeout(timer)
    },
  }
}

const describe = ({ message, code }: { message: string; code: string | null }, port: number) =>
  code === 'EADDRINUSE'
    ? `port ${port} is in use: end what holds it, or set SIMULATOR_PORT to another (SIMULATOR=off does without)`
    : `the simulator could not start: ${message}`
