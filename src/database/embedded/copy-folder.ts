import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { hoursMs } from '../../core/clock.js'
import type { Database } from '../client.js'

/** A copy this old is one that its reader has died over. */
const abandonedMs = hoursMs(24)

/**
 * Copies the open embedded database at one moment: everybody who wants it waits meanwhile, for as long as the disk takes.
 * Answers a data folder inside `dataDir`, to be opened, and removed by whoever asked for it.
 */
export async function copyFolder(database: Database, dataDir: string): Promise<string> {
  const folder = join(resolve(dataDir), '.snapshots')
  await removeAbandoned(folder)
  const copy = join(folder, randomUUID())
  await mkdir(copy, { recursive: true, mode: 0o700 })
  try {
    await database.transaction(async (tx) => {
      await tx.$executeRaw`CHECKPOINT`
      await cp(join(resolve(dataDir), 'postgres'), join(copy, 'postgres'), {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
      })
      // Fails where the transaction has run out of time, and others have written meanwhile.
      await tx.$queryRaw`SELECT 1`
    })
    return copy
  } catch (error) {
    await rm(copy, { recursive: true, force: true })
    throw error
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found && Date.now() - found.mtimeMs > abandonedMs)
      await rm(join(folder, name), { recursive: true, force: true })
  }
}
