import { type Config, loadConfig } from './config.js'
import { type RunningServer, start } from './server.js'

/** However a stop goes, the process has ended after this. */
const stopTimeoutMs = 9500

const end = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

function welcome(config: Config, server: RunningServer): string {
  const base = config.port === 0 ? server.url : config.publicUrl
  return [
    '',
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

try {
  const config = loadConfig(process.env)
  const server = await start(config)
  process.stdout.write(welcome(config, server))
  let stopping = false
  const stop = (exitCode: number) => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), stopTimeoutMs).unref()
    server.stop().then(() => process.exit(exitCode), end)
  }
  process.on('SIGTERM', () => stop(0))
  process.on('SIGINT', () => stop(0))
  void server.failed.then((error) => {
    process.stderr.write(`${error.message}\n`)
    stop(1)
  })
} catch (error) {
  end(error)
}
