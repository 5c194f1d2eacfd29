#!/usr/bin/env node
// The package's bin, from any folder: each command is a program of dist/, with the words before its own.
const programs = {
  mcp: ['cli/mcp'],
  backup: ['cli/data', 'backup'],
  restore: ['cli/data', 'restore'],
  move: ['cli/data', 'move'],
  doctor: ['cli/doctor'],
  orgs: ['cli/operator', 'orgs'],
  keys: ['cli/operator', 'keys'],
  secrets: ['cli/operator', 'secrets'],
}
const [command = '', ...args] = process.argv.slice(2)

if (Object.hasOwn(programs, command)) {
  process.argv.splice(2, process.argv.length - 2, ...programs[command], ...args)
  await import('./run.mjs')
} else {
  process.stderr.write(`usage: kaanha ${Object.keys(programs).join('|')} ...\n`)
  process.exitCode = 1
}
