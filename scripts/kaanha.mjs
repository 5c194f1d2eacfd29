#!/usr/bin/env node
// The package's bin: `kaanha mcp`, from any folder.
const [command, ...args] = process.argv.slice(2)

if (command === 'mcp') {
  process.argv.splice(2, process.argv.length - 2, 'cli/mcp', ...args)
  await import('./run.mjs')
} else {
  process.stderr.write('usage: kaanha mcp [--help]\n')
  process.exitCode = 1
}
