import { pino } from 'pino'
import { type Config, loadConfig } from '../config.js'
import { createLogger } from '../core/logger.js'
import { callOperator } from '../operator/call.js'
import type { CommandResult } from '../operator/commands.js'
import { explain } from '../start-error.js'

/**
 * `npm run orgs` and `npm run keys`. With DATABASE_URL they open the database; with the embedded one they ask the
 * running server, or, with none running, open the folder themselves.
 */
async function run(argv: string[]): Promise<CommandResult> {
  const config = loadConfig(process.env)
  const answered = config.databaseUrl === null ? await callOperator(config.dataDir, argv) : null
  return answered ?? (await runHere(config, argv))
}

/** Loads the server's parts only now: where a server answers, they are not needed. */
async function runHere(config: Config, argv: string[]): Promise<CommandResult> {
  const { misuseOf, runCommand } = await import('../operator/commands.js')
  const misuse = misuseOf(argv)
  if (misuse) return misuse
  const { openContext } = await import('../open-context.js')
  const { ctx, close } = await openContext(config, createLogger('error', pino.destination(2)))
  try {
    return await runCommand(ctx, argv)
  } finally {
    await close()
  }
}

try {
  const { stdout, stderr, exitCode } = await run(process.argv.slice(2))
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = exitCode
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
