// What a run has measured, as a table and as bench/results/latest.json.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

const results = new URL('./results/', import.meta.url)

export function report({ settings, queries, beside, complete }) {
  const workloads = Object.fromEntries(
    Object.entries(queries?.results ?? {}).map(([name, servers]) => [name, workloadOf(servers)]),
  )
  if (queries) table(queries.results)
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const whole = {
    commit,
    at: new Date().toISOString(),
    node: process.version,
    postgres: queries?.postgres ?? null,
    size: queries?.size ?? null,
    quick: settings.quick,
    rounds: settings.rounds,
    workloads,
    beside,
  }
  // Part of a run is shown, and leaves the last whole one as it was.
  if (!complete) return
  mkdirSync(results, { recursive: true })
  writeFileSync(new URL('latest.json', results), `${JSON.stringify(whole, null, 2)}\n`)
}

/** Ratios are of requests a second; `ours` is by GraphQL. */
function workloadOf(servers) {
  const {
    ours,
    limit,
    'ours, REST': rest,
    PostGraphile: postgraphile,
    'Mercurius + JIT': mercurius,
    ...others
  } = servers
  const ratio = (to, of) => (to && of ? round(of.perSecond / to.perSecond) : null)
  return {
    ours: rounded(ours),
    limit: rounded(limit),
    ratioToLimit: ratio(limit, ours),
    ratioToPostGraphile: ratio(postgraphile, ours),
    ratioToMercurius: ratio(mercurius, ours),
    p99Ms: ours ? round(ours.p99Ms) : null,
    cpuMs: ours ? round(ours.cpuMs) : null,
    rest: rounded(rest),
    restToGraphql: ratio(ours, rest),
    peers: Object.fromEntries(
      Object.entries({ PostGraphile: postgraphile, 'Mercurius + JIT': mercurius, ...others }).flatMap(
        ([name, figures]) => (figures ? [[name, { ...rounded(figures), ratio: ratio(figures, ours) }]] : []),
      ),
    ),
  }
}

const round = (value) => Number(value.toPrecision(3))
const rounded = (figures) =>
  figures ? Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)])) : null

function table(workloads) {
  const names = [...new Set(Object.values(workloads).flatMap(Object.keys))]
  console.log(`\nrequests a second (CPU ms of the server + of PostgreSQL); x: as many as LIMIT answers\n`)
  console.log(['| |', ...names.map((name) => ` ${name} |`)].join(''))
  console.log(`| --- |${names.map(() => ' --- |').join('')}`)
  for (const [workload, servers] of Object.entries(workloads)) {
    const cells = names.map((name) => {
      const figures = servers[name]
      if (!figures) return ' |'
      const { perSecond, cpuMs, databaseCpuMs } = figures
      const times = servers.limit && name !== 'limit' ? ` ${(perSecond / servers.limit.perSecond).toFixed(2)}x` : ''
      return ` ${perSecond.toFixed(0)} (${cpuMs.toFixed(2)} + ${databaseCpuMs.toFixed(2)})${times} |`
    })
    console.log([`| ${workload} |`, ...cells].join(''))
  }
}
