import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** The data folder belongs to a process that lives. The message is one line for a person at a terminal. */
export class DataFolderInUse extends Error {
  override name = 'DataFolderInUse'
  readonly pid: number

  constructor(folder: string, pid: number) {
    super(
      `The data folder ${folder} is in use by process ${pid}${pid === process.pid ? ' (this one)' : ''}: ` +
        'stop that server first, or choose another folder with DATA_DIR.',
    )
    this.pid = pid
  }
}

export type Lock = {
  /** Removes the lock, if it is still ours. May be called again. */
  release(): Promise<void>
}

/** `started` tells two processes apart that had one pid after the other; null where the system does not say. */
type Holder = { pid: number; started: string | null; nonce: string }

const maxAttempts = 100
const retryMs = 20

/**
 * Takes the lock at `path`, or throws DataFolderInUse where a living process holds it. What a dead process left behind
 * (killed, or the machine went down) is taken over; of several starters at once exactly one wins.
 *
 * Only processes of one machine (and one pid namespace) see each other: a folder shared by several containers or over
 * a network is not protected.
 */
export async function takeLock(path: string): Promise<Lock> {
  const mine: Holder = { pid: process.pid, started: (await startOf(process.pid)).started, nonce: randomUUID() }
  const text = `${JSON.stringify(mine)}\n`
  const draft = `${path}.${mine.nonce}`
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
  try {
    await place(path, draft)
  } finally {
    await rm(draft, { force: true })
  }
  return {
    async release() {
      if ((await read(path)) === text) await rm(path, { force: true })
    },
  }
}

/** The draft is complete before it gets its name, so nobody ever reads half a lock. */
async function place(path: string, draft: string): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (await created(path, draft)) return
    const found = await read(path)
    if (found === null) continue
    const holder = parse(found)
    if (holder !== null && (await isAlive(holder))) throw new DataFolderInUse(dirname(path), holder.pid)
    if (await takeOver(path, draft, found)) return
    await wait(retryMs)
  }
  throw new Error(`The lock ${path} changes hands faster than it can be taken: start again.`)
}

/** link() fails where the name exists, in one step: the exclusive creation of a file that already has its content. */
async function created(path: string, draft: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    if (hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) {
      throw new Error(
        `The file system of ${dirname(path)} has no hard links, which the lock of the data folder needs: ` +
          'choose a folder on a local disk with DATA_DIR.',
        { cause: error },
      )
    }
    throw error
  }
}

/**
 * Replaces a dead holder's lock. Whoever does so holds a second lock meanwhile and looks again under it: without it,
 * two starters that read the same stale lock would each remove it, the later one the lock of the earlier.
 */
async function takeOver(path: string, draft: string, stale: string): Promise<boolean> {
  let turn: Lock
  try {
    turn = await takeLock(`${path}.takeover`)
  } catch (error) {
    if (error instanceof DataFolderInUse) return false
    throw error
  }
  try {
    if ((await read(path)) !== stale) return false
    await rename(draft, path)
    return true
  } finally {
    await turn.release()
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (!exists(holder.pid)) return false
  if (holder.started === null) return true
  const now = await startOf(holder.pid)
  // Not to be read: it ended this moment, or it is hidden from us and lives.
  if (now.state === 'unknown') return exists(holder.pid)
  return now.state === 'running' && now.started === holder.started
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return hasCode(error, 'EPERM')
  }
}

/**
 * When a process started: its start in ticks since boot, and which boot. Linux only (proc(5): the state is field 3
 * and the start field 22 of /proc/PID/stat, counted behind the name, which may hold anything).
 */
async function startOf(pid: number): Promise<{ state: 'running' | 'ended' | 'unknown'; started: string | null }> {
  const stat = process.platform === 'linux' ? await read(`/proc/${pid}/stat`) : null
  if (stat === null) return { state: 'unknown', started: null }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; only its parent has not asked for its exit code yet.
  if (fields[0] === 'Z' || fields[0] === 'X') return { state: 'ended', started: null }
  const boot = (await read('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''
  return { state: 'running', started: `${boot}:${fields[19] ?? ''}` }
}

/** Null for what is no lock of ours: a power cut can leave an empty file, and no living process stands behind it. */
function parse(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { pid, started, nonce } = value as Partial<Record<keyof Holder, unknown>>
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1 || typeof nonce !== 'string') return null
    return { pid, started: typeof started === 'string' ? started : null, nonce }
  } catch {
    return null
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // ESRCH: a process that ended while /proc was read.
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null
    throw error
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))
