import { mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { runCommand } from './commands.js'
import { isOursAlone, operatorSocket } from './socket-path.js'

/** A command line is shorter than this by far. */
const maxBodyBytes = 64 * 1024
const maxConnections = 32

/**
 * Serves the operator's commands on a socket that only its owner can open. Where there can be none (a file system
 * without sockets), the server is as good without it, and the log says so.
 */
export async function serveOperator(ctx: Context): Promise<{ close(): Promise<void> }> {
  try {
    return await serve(ctx)
  } catch (error) {
    ctx.logger.warn({ err: error }, 'no operator socket: npm run orgs and npm run keys cannot reach this server')
    return { close: async () => undefined }
  }
}

/** The data folder is locked by this process, so a socket that lies there already is a dead one's. */
async function serve(ctx: Context): Promise<{ close(): Promise<void> }> {
  const { path, ownFolder } = operatorSocket(ctx.config.dataDir)
  if (ownFolder !== null) await makeOurs(ownFolder)
  if (process.platform !== 'win32') await rm(path, { force: true })

  const limits = { headersTimeout: secondsMs(5), requestTimeout: secondsMs(10), connectionsCheckingInterval: 1000 }
  const server = createServer(limits, (req, res) => {
    answer(ctx, req, res).catch((error: unknown) => {
      ctx.logger.debug({ err: error }, 'a request at the operator socket could not be answered')
      res.destroy()
    })
  })
  server.maxConnections = maxConnections
  await listen(server, path)
  return {
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      await closed
    },
  }
}

async function answer(ctx: Context, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader('connection', 'close')
  const words = wordsOf(await readBody(req))
  if (words === null) {
    res.writeHead(400).end()
    return
  }
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(await runCommand(ctx, words)))
}

/** Null where the body is no command line. */
function wordsOf(body: string): string[] | null {
  try {
    const words: unknown = JSON.parse(body)
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null
  } catch {
    return null
  }
}

/** @throws where it is too long, or ends early. */
async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > maxBodyBytes) throw new Error('the body is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The socket is made while nobody else may get more than its owner, and before anything else can run. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
    const umask = process.umask(0o177)
    try {
      server.listen(path)
    } finally {
      process.umask(umask)
    }
  })
}

async function makeOurs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (await isOursAlone(folder)) return
  throw new Error(`${folder} belongs to somebody else, or others may use it: remove it, or make it yours (chmod 700)`)
}
