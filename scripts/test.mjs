// Everything that must hold: types, lint and format, then every test; the drift of schema, documents and migrations is
// among the tests. Ends with one line of counts, behind the names of what was skipped. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const binOf = (name, bin) => join(dirname(require.resolve(`${name}/package.json`)), bin)

const checks = [
  ['types', [binOf('typescript', 'bin/tsc'), '-p', 'tsconfig.json']],
  ['types of the console', [binOf('typescript', 'bin/tsc'), '-p', 'src/console']],
  ['lint and format', [binOf('@biomejs/biome', 'bin/biome'), 'ci', '.']],
]

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  return status === 0
}

build()
let passed = 0
let failed = 0
for (const [name, args] of checks) {
  console.log(`checking ${name}`)
  if (run(args)) passed++
  else failed++
}

const folder = mkdtempSync(join(tmpdir(), 'kaanha-report-'))
const report = join(folder, 'report.json')
const vitest = binOf('vitest', 'vitest.mjs')
const ended = run([
  vitest,
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
])
const skipped = readReport()
rmSync(folder, { recursive: true, force: true })

if (skipped.length > 0) {
  console.log('\nSkipped, because what they need is not on this machine (TEST_DATABASE_URL, TEST_REDIS_URL, Chromium):')
  for (const name of skipped) console.log(`  ${name}`)
}
console.log(`\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
process.exit(failed > 0 || !ended ? 1 : 0)

/** Counts, and the names of what ran nowhere: a test that is one store's alone is skipped on the other, which is no lack. */
function readReport() {
  const skippedNames = new Set()
  const passedNames = new Set()
  try {
    for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) {
      if (file.assertionResults.length === 0 && file.status === 'failed') failed++
      for (const test of file.assertionResults) {
        const name = `${relative(root, file.name)}: ${test.fullName}`
        if (test.status === 'passed') {
          passed++
          passedNames.add(name)
        } else if (test.status === 'failed') failed++
        else skippedNames.add(name)
      }
    }
  } catch (error) {
    console.error(`the report of the tests cannot be read: ${error.message}`)
    failed++
  }
  return [...skippedNames].filter((name) => !passedNames.has(name))
}
