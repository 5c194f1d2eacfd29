import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../start-error.js'
import { type EncryptionKey, generateEncryptionKey, parseEncryptionKeys } from './cipher.js'

/** Where the keys of an embedded database lie. */
export const keyFile = (dataDir: string): string => join(dataDir, 'encryption-keys')

/**
 * The keys of an embedded database, in a file of its data folder that only its owner can read; made at the first start.
 * The folder must be held by this process. @throws StartError where the file cannot be used.
 */
export async function keysOfFolder(dataDir: string): Promise<EncryptionKey[]> {
  const path = keyFile(dataDir)
  const text = (await readIfThere(path)) ?? (await makeFile(path, dataDir))
  try {
    return parseEncryptionKeys(text.trim())
  } catch (error) {
    throw new StartError(`${path} must be ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Whole or not at all: half a key would lock every secret in. */
async function makeFile(path: string, dataDir: string): Promise<string> {
  const text = `${generateEncryptionKey()}\n`
  await mkdir(dataDir, { recursive: true })
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return text
}
