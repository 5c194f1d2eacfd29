import { pino } from 'pino'
import { loadConfig } from '../config.js'
import { createLogger } from '../core/logger.js'
import { type CommandResult, runCommand } from '../operator/commands.js'
import { callOperator } from '../operator/socket.js'
import { openContext } from '../server.js'

/**
 * `npm run orgs` and `npm run keys`. With DATABASE_URL they open the database; with the embedded one they ask the
 * running server, or, with none running, open the folder themselves.
 */
async function run(argv: string[]): Promise<CommandResult> {
  const config = loadConfig(process.env)
  const answered = config.databaseUrl === null ? await callOperator(config.dataDir, argv) : null
  if (answered) return answered
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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
