// Makes what is missing or older than what it is made from: the Prisma client (src/generated) and dist/. Types are not
// checked here, but by `npm run check` and `npm test`. Says what it does on stderr. Run alone, or by run.mjs before
// every command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const steps = [
  {
    name: 'generating the Prisma client',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'scripts/generate.mjs', 'package-lock.json'],
    output: 'src/generated',
    command: () => [join(root, 'scripts/generate.mjs')],
  },
  {
    name: 'building the server',
    inputs: ['src', 'tsconfig.json', 'scripts/build-server.mjs', 'scripts/bundle.mjs', 'package-lock.json'],
    except: 'src/console',
    output: 'dist',
    keep: 'console',
    command: () => [join(root, 'scripts/build-server.mjs')],
    clean: true,
  },
  {
    name: 'building the console',
    inputs: ['src/console', 'scripts/build-console.mjs', 'package-lock.json'],
    output: 'dist/console',
    command: () => [join(root, 'scripts/build-console.mjs')],
  },
]

/** `console: false`: without the console, which is built of documents that `npm run generate` makes. */
export function build({ console: withConsole = true } = {}) {
  // An image holds what was built, and not what it was built from.
  if (!existsSync(join(root, 'src/main.ts'))) return
  for (const step of steps) {
    if (step.output === 'dist/console' && !withConsole) continue
    const stamp = hashOf(step)
    const stampFile = join(root, step.output, '.built-from')
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue
    process.stderr.write(`${step.name} ...\n`)
    if (step.clean) clean(join(root, step.output), step.keep)
    const { status } = spawnSync(process.execPath, step.command(), { cwd: root, stdio: ['ignore', 2, 2] })
    if (status !== 0) {
      process.stderr.write(`${step.name} failed\n`)
      process.exit(1)
    }
    mkdirSync(join(root, step.output), { recursive: true })
    writeFileSync(stampFile, stamp)
  }
}

/** Leaves what another step makes in the same folder. */
function clean(folder, keep) {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (name !== keep) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function hashOf({ inputs, except }) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const path = join(root, input)
    const files = existsSync(path) && !input.includes('.') ? filesIn(path) : [path]
    for (const file of files) {
      if (except && file.startsWith(join(root, except, sep))) continue
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== '.built-from')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
