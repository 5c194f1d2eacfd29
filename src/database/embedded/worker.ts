import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { join, MessageCutter } from './message-cutter.js'
import type { FromWorker, ToWorker, WorkerTask } from './protocol.js'

/** The thread of the embedded database. PGlite computes synchronously, so it has a thread of its own. */

const port = parentPort
const lastLines: string[] = []
const maxLines = 50
/** An answer above this leaves in parts, while PostgreSQL still writes the rest. */
const partBytes = 1 << 20
/** What PGlite throws where PostgreSQL jumps back to its main loop: an SQL error, nothing worse. */
const longjmpStatus = 100

void run(workerData as WorkerTask).catch(fail)

async function run(task: WorkerTask): Promise<void> {
  const database = await open(task)
  if (task.task === 'serve') return serve(database)
  if (task.folder === null) await sendArchive(database)
  await shutDown(database)
}

async function open(task: WorkerTask): Promise<PGlite> {
  const archive = task.task === 'serve' ? task.archive : null
  const database = await PGlite.create({
    dataDir: task.folder ?? 'memory://',
    extensions: { pg_trgm, btree_gin },
    // 128 MB by default, which the process would hold for good.
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'],
    ...(archive === null ? {} : { loadDataDir: new Blob([new Uint8Array(archive)]) }),
    onStdout: remember,
    onStderr: remember,
  })
  endOnCrash(database)
  return database
}

/**
 * PGlite goes on after every exception of the engine, also after one that left it half done (a stack overflow, a
 * process exit): it then answers nothing, or loops. Such an engine must not touch the data again.
 */
function endOnCrash(database: PGlite): void {
  const engine = database.Module
  const step = engine._PostgresMainLoopOnce.bind(engine)
  engine._PostgresMainLoopOnce = () => {
    try {
      step()
    } catch (error) {
      if (!isLongjmp(error)) fail(error)
      throw error
    }
  }
}

const isLongjmp = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'status' in error && error.status === longjmpStatus

function serve(database: PGlite): void {
  const cutters = new Map<number, MessageCutter>()
  let current: number | null = null
  let queue: Promise<void> = Promise.resolve()

  port?.on('message', (message: ToWorker) => {
    queue = queue.then(() => handle(message)).catch(fail)
  })
  send({ type: 'ready' })

  async function handle(message: ToWorker): Promise<void> {
    if (message.type === 'bytes') return answer(message.session, message.bytes)
    if (message.type === 'end') {
      cutters.delete(message.session)
      return
    }
    if (message.type === 'dump') return sendArchive(database)
    await reset(database)
    await shutDown(database)
  }

  async function answer(session: number, bytes: Uint8Array): Promise<void> {
    const cutter = cutters.get(session) ?? new MessageCutter()
    cutters.set(session, cutter)
    const out = new Answer(session)
    for (const packet of cutter.push(bytes)) {
      if (packet.kind === 'encryption') {
        out.add(Buffer.from('N'))
        continue
      }
      if (packet.kind === 'startup') {
        await reset(database)
        current = session
      }
      // Nothing here can be cancelled. And one session follows the other: a client that has been followed is gone.
      if (packet.kind === 'cancel' || session !== current) {
        cutters.delete(session)
        send({ type: 'hangup', session })
        return
      }
      await execute(database, packet.kind === 'startup' ? startup : packet.bytes, (piece) => out.add(piece))
    }
    out.end()
  }
}

const execute = (database: PGlite, message: Uint8Array, onRawData: (piece: Uint8Array) => void) =>
  // Not execProtocolRaw: that one also keeps every message of every answer, for ever.
  database.execProtocolRawStream(message, { syncToFs: false, onRawData })

/**
 * Stands in for every client's own, of which PGlite heeds nothing: one that PostgreSQL refuses (it names no user, or an
 * unknown version of the protocol) would end the engine.
 */
const startup = Buffer.from('\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1')

const sync = Buffer.from([0x53, 0, 0, 0, 4])
const resetMessages = [sync, query('ROLLBACK'), query('DISCARD ALL')]

/**
 * PGlite has one session, which outlives the client: its transaction, its prepared statements, its settings. Sync comes
 * first because a client that left amid an extended query leaves a session that skips everything until one.
 */
async function reset(database: PGlite): Promise<void> {
  let status: number | undefined
  for (const message of resetMessages) {
    await execute(database, message, (piece) => {
      status = piece.at(-1)
    })
  }
  if (status !== 'I'.charCodeAt(0)) throw new Error('the session could not be reset')
}

function query(sql: string): Buffer {
  const message = Buffer.alloc(1 + 4 + sql.length + 1)
  message.write('Q')
  message.writeUInt32BE(message.length - 1, 1)
  message.write(sql, 5)
  return message
}

class Answer {
  readonly #session: number
  #pieces: Uint8Array[] = []
  #size = 0

  constructor(session: number) {
    this.#session = session
  }

  /** Copies: what the engine hands out is a view of its memory. */
  add(piece: Uint8Array): void {
    this.#pieces.push(new Uint8Array(piece))
    this.#size += piece.length
    if (this.#size >= partBytes) this.#flush(false)
  }

  end(): void {
    this.#flush(true)
  }

  #flush(last: boolean): void {
    const bytes = join(this.#pieces)
    this.#pieces = []
    this.#size = 0
    send({ type: 'answer', session: this.#session, bytes, last }, bytes)
  }
}

async function sendArchive(database: PGlite): Promise<void> {
  await database.exec('CHECKPOINT')
  const archive = await database.dumpDataDir('none')
  const bytes = new Uint8Array(await archive.arrayBuffer())
  send({ type: 'archive', bytes }, bytes)
}

async function shutDown(database: PGlite): Promise<void> {
  await database.exec('CHECKPOINT')
  await database.close()
  send({ type: 'closed' })
  process.exit(0)
}

function send(message: FromWorker, transferred?: Uint8Array): void {
  port?.postMessage(message, transferred === undefined ? [] : [transferred.buffer as ArrayBuffer])
}

function remember(line: string): boolean {
  lastLines.push(line)
  if (lastLines.length > maxLines) lastLines.shift()
  return false
}

/** Ends the thread. PostgreSQL's own last words say more than the exception that followed from them. */
function fail(error: unknown): never {
  const said = lastLines.findLast((line) => /\b(FATAL|PANIC):/.test(line))?.replace(/^.*?\b(?=FATAL:|PANIC:)/, '')
  const thrown = error instanceof Error ? error.message : describe(error)
  send({ type: 'failed', reason: said ?? thrown })
  process.exit(1)
}

const describe = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
