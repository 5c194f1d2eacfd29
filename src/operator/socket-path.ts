import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** What sun_path holds on the strictest system, with its end. */
const maxSocketPathBytes = 103

/** `ownFolder`: the folder of ours in the temporary directory that the socket lies in, where it does. */
export type OperatorSocket = { path: string; ownFolder: string | null }

/**
 * Where the operator's commands reach the server that has a data folder open: in that folder, or, where its path is too
 * long for a socket, under a hashed name in a folder of ours in the temporary directory (contract, section 1).
 */
export function operatorSocket(dataDir: string): OperatorSocket {
  const folder = resolve(dataDir)
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\kaanha-${hash}`, ownFolder: null }
  const inFolder = join(folder, 'operator.sock')
  if (Buffer.byteLength(inFolder) <= maxSocketPathBytes) return { path: inFolder, ownFolder: null }
  const path = join(tmpdir(), `kaanha-${process.getuid?.() ?? 'user'}`, `${hash}.sock`)
  return { path, ownFolder: dirname(path) }
}

/** The temporary directory is everybody's: what lies there under our name may be somebody else's. */
export async function isOursAlone(folder: string): Promise<boolean> {
  const { uid, mode } = await lstat(folder)
  return uid === process.getuid?.() && (mode & 0o077) === 0
}
