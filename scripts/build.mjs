// Makes what is missing or older than what it is made from: the Prisma client (src/generated) and dist/. Says what it
// does on stderr. Run alone, or by run.mjs before every command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)

const steps = [
  {
    name: 'generating the Prisma client',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'scripts/generate.mjs', 'package-lock.json'],
    output: 'src/generated',
    command: () => [join(root, 'scripts/generate.mjs')],
  },
  {
    name: 'compiling',
    inputs: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    output: 'dist',
    command: () => [join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), '-p', 'tsconfig.build.json'],
    clean: true,
  },
]

export function build() {
  for (const step of steps) {
    const stamp = hashOf(step.inputs)
    const stampFile = join(root, step.output, '.built-from')
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue
    process.stderr.write(`${step.name} ...\n`)
    if (step.clean) rmSync(join(root, step.output), { recursive: true, force: true })
    const { status } = spawnSync(process.execPath, step.command(), { cwd: root, stdio: ['ignore', 2, 2] })
    if (status !== 0) {
      process.stderr.write(`${step.name} failed\n`)
      process.exit(1)
    }
    mkdirSync(join(root, step.output), { recursive: true })
    writeFileSync(stampFile, stamp)
  }
}

function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const path = join(root, input)
    const files = existsSync(path) && !input.includes('.') ? filesIn(path) : [path]
    for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  }
  return hash.digest('hex')
}

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== '.built-from')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
