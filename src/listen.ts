import type { Server } from 'node:http'
import type { Config } from './config.js'
import { StartError } from './start-error.js'

/** Resolves when the server listens. @throws StartError that says what to do. */
export function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `port ${port} is in use: end what holds it, or set PORT to another`
          : `cannot listen on ${host}, port ${port} (${error.message}): ` +
            'set HOST to an address of this machine, and PORT to one that this user may take'
      reject(new StartError(reason))
    })
    server.listen(port, host, resolve)
  })
}
