// `npm run audit [-- SECTION...]`: attacks a server of its own and prints what came of it, section by section; the
// figures go into docs/security.md, with the date and the commit. Uses TEST_DATABASE_URL and a redis-server where there
// are. AUDIT_RUNS: malformed inputs a property (default 4,000: over 20,000 a door).
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const page = join(root, 'docs/security.md')

const ownSections = readdirSync(join(root, 'audit'))
  .filter((name) => name.endsWith('.audit.ts'))
  .map((name) => name.slice(0, -'.audit.ts'.length))
const tests = (...names) => names.map((name) => `test/server/${name}`)
/** Sections that are tests of ours, some in a longer form. Those with `says` are one line that counts them. */
const testSections = {
  keys: { files: tests('key-matrix', 'api-keys'), says: 'tests of every key, scope, operation, path and tool hold' },
  tenants: { files: tests('tenants'), says: 'probes with the ids, cursors and addresses of another tenant hold' },
  logs: {
    files: tests('logs', 'errors', 'sends', 'inbound-kinds', 'connect-whatsapp', 'mcp-doors', 'payments'),
    says: 'tests hold, with no key, token, phone number or text in a line of the log',
  },
  restarts: { files: tests('chaos-restarts'), env: { KAANHA_CHAOS: 'long' } },
  malformed: { files: tests('fuzz-'), env: { KAANHA_FUZZ_RUNS: process.env.AUDIT_RUNS ?? '4000' } },
}
const filesOf = (section) => testSections[section]?.files ?? [`audit/${section}.audit.ts`]
const all = [...ownSections, ...Object.keys(testSections)]
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}; there are: ${all.join(', ')}`)
  process.exit(1)
}

build()
const folder = mkdtempSync(join(tmpdir(), 'kaanha-audit-'))
let failed = false
for (const section of asked.length > 0 ? asked : all) {
  const results = join(folder, `${section}.jsonl`)
  const env = {
    ...process.env,
    AUDIT_RESULTS: results,
    KAANHA_TEST_STORE: process.env.TEST_DATABASE_URL ? 'postgres' : 'embedded',
    ...testSections[section]?.env,
  }
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', 'audit/vitest.config.ts', ...filesOf(section)],
    { cwd: root, stdio: 'inherit', env },
  )
  const lines = existsSync(results)
    ? readFileSync(results, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []
  // Of the tests only what they show, and what failed.
  const rows = [...counted(section, lines, status), ...lines.filter(({ shown, ok }) => shown || !ok)]
  failed ||= status !== 0 || rows.length === 0
  print(section, rows)
  record(section, rows)
}
rmSync(folder, { recursive: true, force: true })
process.exit(failed ? 1 : 0)

function counted(section, lines, status) {
  const says = testSections[section]?.says
  if (!says) return []
  const held = lines.filter(({ ok }) => ok).length
  return [{ check: section, figure: `${held} of ${lines.length} ${says}`, ok: status === 0 && lines.length > 0 }]
}

function print(section, rows) {
  const width = Math.max(...rows.map(({ check }) => check.length), 0)
  console.log(`\n${section}`)
  for (const { check, figure, ok } of rows) console.log(`  ${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(width)}  ${figure}`)
}

/** Between the section's own marks; a new section goes to the end of the page. */
function record(section, rows) {
  const [begin, end] = [`<!-- audit ${section} -->`, `<!-- end ${section} -->`]
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const cell = (text) => String(text).replaceAll('|', '\\|')
  const table = rows.map(({ check, figure, ok }) => `| ${cell(check)} | ${cell(figure)} | ${ok ? 'holds' : 'FAILS'} |`)
  const date = new Date().toISOString().slice(0, 10)
  const text = [
    begin,
    `### ${section}: ${date}, commit ${commit}`,
    '',
    '| check | figure | |',
    '| --- | --- | --- |',
    ...table,
    end,
  ].join('\n')
  const before = readFileSync(page, 'utf8')
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  const after =
    from >= 0 && to > from
      ? before.slice(0, from) + text + before.slice(to + end.length)
      : `${before.trimEnd()}\n\n${text}\n`
  writeFileSync(page, after)
}
