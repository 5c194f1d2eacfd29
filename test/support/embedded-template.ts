import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { build } from '../../scripts/build.mjs'
import { runServer } from './server-process.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A data folder with a database that has been migrated, to be copied: quicker than making one for each server. */
    dataTemplate: string
  }
}

/** For tests on the embedded database: builds what they run, and makes the data folder that they begin with. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build()
  const folder = await mkdtemp(join(tmpdir(), 'kaanha-template-'))
  const server = await runServer({ DATA_DIR: join(folder, 'data') })
  await server.stop()
  project.provide('dataTemplate', join(folder, 'data'))
  return () => rm(folder, { recursive: true, force: true })
}
