import { Worker } from 'node:worker_threads'
import { packageFile } from '../../core/package-file.js'
import type { FromWorker, ToWorker, WorkerTask } from './protocol.js'
import { WireStream } from './wire-stream.js'

/** Generous: a first start takes 3 s on an idle machine, and many times that where several start at once. */
const startTimeoutMs = 180_000
const stopTimeoutMs = 30_000
/** PostgreSQL's own limit (2 MB) must be met before V8's: a JavaScript stack overflow inside the engine ruins it. */
const stackSizeMb = 32

/** A program of its own. Node cannot load the .ts one, so a test run works with the built one too. */
const workerPath = packageFile('dist/database/embedded/worker.js')

/** The thread that holds an open database. */
export class DatabaseThread {
  readonly #worker: Worker
  readonly #streams = new Map<number, WireStream>()
  readonly #exited: Promise<void>
  readonly #listeners: ((error: Error) => void)[] = []
  #lastSession = 0
  #failure: Error | null = null
  #closing = false
  #archive: { resolve(bytes: Uint8Array): void; reject(error: Error): void } | null = null

  private constructor(worker: Worker, reason: () => string | null) {
    this.#worker = worker
    worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#ended(reason() ?? `its thread ended with code ${code}`)
        resolve()
      })
    })
  }

  /** Rejects with one line of why where the database cannot be opened. */
  static async open(folder: string | null, archive: Uint8Array | null): Promise<DatabaseThread> {
    const { worker, reason } = await start({ task: 'serve', folder, archive }, 'ready')
    return new DatabaseThread(worker, reason)
  }

  /** One connection, as `pg` wants it. */
  connect(): WireStream {
    const session = ++this.#lastSession
    const stream = new WireStream({
      failure: () => this.#failure,
      send: (bytes) => this.#post({ type: 'bytes', session, bytes }, bytes),
      gone: () => {
        this.#streams.delete(session)
        this.#post({ type: 'end', session })
      },
    })
    this.#streams.set(session, stream)
    return stream
  }

  /** Called once, when the thread ends without having been asked to; at once where it has already. */
  onExit(listener: (error: Error) => void): void {
    if (this.#failure !== null && !this.#closing) listener(this.#failure)
    else this.#listeners.push(listener)
  }

  /** The whole database as an archive, for `open`. No transaction may be open. */
  dump(): Promise<Uint8Array> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    if (this.#archive !== null) return Promise.reject(new Error('A dump is being made already.'))
    return new Promise((resolve, reject) => {
      this.#archive = { resolve, reject }
      this.#post({ type: 'dump' })
    })
  }

  /** Writes everything to its files and ends the thread; ends it anyway where that takes too long. */
  async close(): Promise<void> {
    this.#closing = true
    this.#post({ type: 'close' })
    const timer = setTimeout(() => void this.#worker.terminate(), stopTimeoutMs)
    await this.#exited
    clearTimeout(timer)
  }

  #post(message: ToWorker, transferred?: Uint8Array): void {
    if (this.#failure !== null) return
    this.#worker.postMessage(message, transferred === undefined ? [] : [transferred.buffer as ArrayBuffer])
  }

  #receive(message: FromWorker): void {
    if (message.type === 'answer') this.#streams.get(message.session)?.receive(message.bytes, message.last)
    if (message.type === 'hangup') this.#streams.get(message.session)?.destroy()
    if (message.type === 'archive') {
      this.#archive?.resolve(message.bytes)
      this.#archive = null
    }
  }

  #ended(reason: string): void {
    this.#failure = new Error(
      this.#closing ? 'The embedded database is closed.' : `The embedded database stopped unexpectedly: ${reason}`,
    )
    for (const stream of this.#streams.values()) stream.destroy(this.#failure)
    this.#archive?.reject(this.#failure)
    if (this.#closing) return
    for (const listener of this.#listeners.splice(0)) listener(this.#failure)
  }
}

/**
 * Makes a new database in a thread of its own: making one takes up to 800 MB, which only the end of the thread returns.
 * With a `folder` it is made there; without, its archive is returned.
 */
export async function createDatabase(folder: string | null): Promise<Uint8Array | null> {
  const task: WorkerTask = { task: 'create', folder }
  const { worker, message } = await start(task, folder === null ? 'archive' : 'closed')
  await worker.terminate()
  return message.type === 'archive' ? message.bytes : null
}

type Started = { worker: Worker; message: FromWorker; reason: () => string | null }

/** Resolves with the first message of type `awaited`; rejects where the thread fails, ends or stays silent. */
function start(task: WorkerTask, awaited: FromWorker['type']): Promise<Started> {
  const worker = new Worker(workerPath, {
    name: 'database',
    workerData: task,
    execArgv: [],
    resourceLimits: { stackSizeMb },
  })
  let reason: string | null = null
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'failed') reason = message.reason
  })
  worker.on('error', (error) => {
    reason ??= error instanceof Error ? error.message : String(error)
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle()
      void worker.terminate()
      reject(new Error(`it did not start within ${startTimeoutMs / 1000} seconds`))
    }, startTimeoutMs)
    const onMessage = (message: FromWorker) => {
      if (message.type !== awaited) return
      settle()
      resolve({ worker, message, reason: () => reason })
    }
    const onExit = (code: number) => {
      settle()
      reject(new Error(reason ?? `its thread ended with code ${code}`))
    }
    const settle = () => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('exit', onExit)
    }
    worker.on('message', onMessage)
    worker.on('exit', onExit)
  })
}
