import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder, and how to be rid of it. */
export async function makeTemporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kaanha-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** A folder that is gone again after the test. */
export async function temporaryFolder(): Promise<string> {
  const { path, remove } = await makeTemporaryFolder()
  onTestFinished(remove)
  return path
}
