import { type Config, loadConfig } from './config.js'
import { type RunningServer, start } from './server.js'
import { explain } from './start-error.js'

/** However a stop goes, the process has ended after this. */
const stopTimeoutMs = 9500

const end = (error: unknown): never => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}

function welcome(config: Config, server: RunningServer): string {
  const base = config.port === 0 ? server.url : config.publicUrl
  return [
    '',
    `  Console     ${base}   (sign in with an API key)`,
    `  GraphQL     ${base}/graphql   (a browser opens GraphiQL)`,
    `  REST        ${base}/api/whatsapp-api`,
    ...(server.simulatorUrl
      ? [`  Simulator   ${server.simulatorUrl}   (WhatsApp's place; nothing leaves this machine)`]
      : []),
    ...(server.newKey ? ['', `  API key     ${server.newKey}   (shown this once: keep it)`] : []),
    '',
    '',
  ].join('\n')
}

let starting: Promise<RunningServer> | null = null
let stopping = false

/** A start under way is finished first: what it has opened is closed as after any other. */
const stop = (exitCode: number) => {
  if (stopping) process.exit(1)
  stopping = true
  setTimeout(() => process.exit(1), stopTimeoutMs).unref()
  const stopped = starting?.then((server) => server.stop())
  if (stopped) stopped.then(() => process.exit(exitCode), end)
  else process.exit(exitCode)
}
process.on('SIGTERM', () => stop(0))
process.on('SIGINT', () => stop(0))

try {
  const config = loadConfig(process.env)
  starting = start(config)
  const server = await starting
  process.stdout.write(welcome(config, server))
  void server.failed.then((error) => {
    process.stderr.write(`${explain(error)}\n`)
    stop(1)
  })
} catch (error) {
  end(error)
}
