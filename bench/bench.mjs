// Our figures beside those of others, in one run: `npm run bench [-- --quick] [-- --only Q1,Q4] [-- --rounds N]`. Needs a
// PostgreSQL server (BENCH_DATABASE_URL, else TEST_DATABASE_URL); its database is kept for the next run.
// What it means: docs/performance.md.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Servers by name, separated by commas; all where not given. */
    servers: { type: 'string' },
    /** Workloads by name, separated by commas; the benches beside them by theirs: fanout, messaging, broadcast, idle. */
    only: { type: 'string' },
    rounds: { type: 'string' },
    size: { type: 'string' },
    /** How long each turn lasts. */
    seconds: { type: 'string' },
    /** The folder into which our server writes its CPU profile. */
    profile: { type: 'string' },
  },
})
build()
const { runQueries } = await import('./queries.mjs')
const { runBeside } = await import('./beside.mjs')
const { report } = await import('./report.mjs')

const root = fileURLToPath(new URL('..', import.meta.url))
const peers = join(root, 'bench/peers')
if (!existsSync(join(peers, 'node_modules'))) execFileSync('npm', ['ci'], { cwd: peers, stdio: 'inherit' })

const folder = mkdtempSync(join(tmpdir(), 'kaanha-bench-'))
const wanted = options.only?.split(',')
const servers = options.servers?.split(',')
const settings = {
  quick: options.quick,
  size: options.size ?? (options.quick ? 'quick' : 'full'),
  rounds: Number(options.rounds ?? (options.quick ? 1 : 3)),
  ...(options.quick
    ? { warmUpMs: 400, warmUpRequests: 150, turnMs: 1200 }
    : { warmUpMs: 1000, warmUpRequests: 400, turnMs: 4000 }),
  ...(options.seconds ? { turnMs: Number(options.seconds) * 1000 } : {}),
  folder,
  profile: options.profile,
  wants: (name) => wanted === undefined || wanted.includes(name),
  asks: (server) => servers === undefined || servers.includes(server),
}
try {
  const queries = await runQueries(settings)
  const beside = await runBeside(settings)
  report({ settings, queries, beside, complete: wanted === undefined })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
