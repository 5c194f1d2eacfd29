// The long form of test/server/chaos-live.test.ts, which prints its counts: 20 writers, 50 subscribers that are cut at
// random, servers killed, and, where TEST_DATABASE_URL is set and there is a redis-server, two servers behind a proxy.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const store = process.env.TEST_DATABASE_URL ? 'postgres' : 'embedded'
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--project',
    store,
    '--disableConsoleIntercept=true',
    'test/server/chaos-live.test.ts',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, KAANHA_CHAOS: 'long' } },
)
process.exit(status ?? 1)
