import { createHash } from 'node:crypto'
import { lstat, mkdir, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Context } from '../context.js'
import { type CommandResult, runCommand } from './commands.js'

/** What sun_path holds on the strictest system, with its end. */
const maxSocketPathBytes = 103
const requestTimeoutMs = 30_000

/**
 * Where the operator's commands reach the server that has a data folder open: in that folder, or, where its path is too
 * long for a socket, under a hashed name in a folder of ours in the temporary directory (contract, section 1).
 */
export function operatorSocketPath(dataDir: string): string {
  const folder = resolve(dataDir)
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  if (process.platform === 'win32') return `\\\\.\\pipe\\kaanha-${hash}`
  const inFolder = join(folder, 'operator.sock')
  if (Buffer.byteLength(inFolder) <= maxSocketPathBytes) return inFolder
  return join(tmpdir(), `kaanha-${process.getuid?.() ?? 'user'}`, `${hash}.sock`)
}

/**
 * Serves the operator's commands on a socket that only its owner can open. The data folder is locked by this process,
 * so a socket that lies there already is a dead one's.
 */
export async function serveOperator(ctx: Context): Promise<{ close(): Promise<void> }> {
  const path = operatorSocketPath(ctx.config.dataDir)
  if (process.platform !== 'win32') {
    await ownFolder(dirname(path))
    await rm(path, { force: true })
  }
  const server = createServer(async (req, res) => {
    const argv: unknown = JSON.parse(await text(req))
    const words = Array.isArray(argv) ? argv.map(String) : []
    res.setHeader('content-type', 'application/json').end(JSON.stringify(await runCommand(ctx, words)))
  })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen(path, done)
      process.umask(umask)
    })
  } finally {
    process.umask(umask)
  }
  return {
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** @throws where somebody else made the folder, or others may write in it. */
async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = await lstat(folder)
  const othersMayWrite = (mode & 0o022) !== 0
  if (uid !== process.getuid?.() || othersMayWrite) {
    throw new Error(`${folder} belongs to somebody else, or others may write in it: make it yours alone (chmod 700)`)
  }
}

/** Sends a command to the server that has the data folder open; null where none has. */
export function callOperator(dataDir: string, argv: readonly string[]): Promise<CommandResult | null> {
  return new Promise((done, fail) => {
    const call = request(
      { socketPath: operatorSocketPath(dataDir), method: 'POST', timeout: requestTimeoutMs },
      (res) => {
        text(res).then((body) => done(JSON.parse(body) as CommandResult), fail)
      },
    )
    call.on('timeout', () => call.destroy(new Error('the server does not answer')))
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(null)
      else fail(error)
    })
    call.end(JSON.stringify(argv))
  })
}
