import { OptionsError, optionsFromEnvironment } from './options.js'
import { startSimulator } from './simulator.js'

/** `npm run simulator`: the simulator as a program of its own. One line with its url on stdout, faults on stderr. */
async function main(): Promise<void> {
  const simulator = await startSimulator(optionsFromEnvironment(process.env))
  process.stdout.write(`WhatsApp Cloud API simulator: ${simulator.url}\n`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void simulator.close().finally(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function explain(error: unknown): string {
  if (error instanceof OptionsError) return error.problems.join('\n')
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `The simulator's port is in use already: ${error.message}. Set SIMULATOR_PORT to another.`
  }
  return error instanceof Error ? error.message : String(error)
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})
