// The long form of a crash test, `npm run chaos:sends`: on the embedded database, and on PostgreSQL where
// TEST_DATABASE_URL is set. CHAOS_SEED repeats a run. Prints the counts.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const [name] = process.argv.slice(2)

build()
const projects = ['embedded', ...(process.env.TEST_DATABASE_URL ? ['postgres'] : [])]
let failed = false
for (const project of projects) {
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', project, `test/server/chaos-${name}.test.ts`],
    { cwd: root, stdio: 'inherit', env: { ...process.env, KAANHA_CHAOS: 'long' } },
  )
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
