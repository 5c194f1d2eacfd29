import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { secondsMs } from '../core/clock.js'
import type { CommandResult } from './commands.js'
import { isOursAlone, operatorSocket } from './socket-path.js'

const defaultTimeoutMs = secondsMs(30)

/** Sends a command to the server that has the data folder open; null where none has. @throws with one clear line. */
export async function callOperator(
  dataDir: string,
  argv: readonly string[],
  timeoutMs = defaultTimeoutMs,
): Promise<CommandResult | null> {
  const { path, ownFolder } = operatorSocket(dataDir)
  try {
    if (ownFolder !== null && !(await isOursAlone(ownFolder))) return null
    return await post(path, JSON.stringify(argv), timeoutMs)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null
    throw new Error(
      code === 'EACCES'
        ? `${path} is another user's: run this as the user who runs the server`
        : `the server did not answer at ${path} (${error instanceof Error ? error.message : String(error)}): ` +
            'look with "list" whether the command was carried out',
      { cause: error },
    )
  }
}

function post(path: string, body: string, timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: path, method: 'POST', timeout: timeoutMs }, (res) => {
      if (res.statusCode === 200) text(res).then((answer) => resolve(JSON.parse(answer) as CommandResult), reject)
      else reject(new Error(`status ${res.statusCode}`))
    })
    call.on('timeout', () => call.destroy(new Error(`nothing in ${timeoutMs / 1000} seconds`)))
    call.on('error', reject)
    call.end(body)
  })
}
