import { parseArgs } from 'node:util'
import type pg from 'pg'
import { pino } from 'pino'
import { requireDatabase } from '../backup/open.js'
import { type Config, ConfigError, loadConfig } from '../config.js'
import { minutesMs, systemClock } from '../core/clock.js'
import { createLogger } from '../core/logger.js'
import { createDatabase } from '../database/client.js'
import { openEmbedded } from '../database/embedded/open.js'
import { createPool } from '../database/pool.js'
import { defaultHours, examine } from '../doctor/doctor.js'
import { type Finding, type Report, reportOf, reportText } from '../doctor/finding.js'
import { findForeignSchema } from '../doctor/schema.js'
import { openMediaStore } from '../media/open-store.js'
import { callOperator } from '../operator/call.js'
import { keysOfFolder } from '../secrets/key-file.js'
import { explain } from '../start-error.js'

/** `kaanha doctor [--json] [--hours N]`: what is wrong, and what to do. Exit code 1 where there is a problem. */

async function diagnose(hours: number): Promise<Report> {
  let config: Config
  try {
    config = loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return reportOf(
      error.faults.map((fault) => unusable('config.bad', fault, 'Change the variable; README.md has all.')),
    )
  }
  if (config.databaseUrl !== null) {
    const pool = createPool(config.databaseUrl, { logger, max: 2 })
    return diagnosePool(config, pool, hours).finally(() => pool.end())
  }
  requireDatabase(config.dataDir)
  // The running server has the folder open, and so the database.
  const answer = await callOperator(config.dataDir, ['internal', 'doctor', '--hours', String(hours)], minutesMs(10))
  if (answer?.exitCode === 0) return JSON.parse(answer.stdout) as Report
  if (answer) throw new Error(`the running server does not answer (${answer.stderr.trim()}): is it of this version?`)
  const embedded = await openEmbedded({ dataDir: config.dataDir, logger })
  return diagnosePool(config, embedded.pool, hours).finally(() => embedded.close())
}

async function diagnosePool(config: Config, pool: pg.Pool, hours: number): Promise<Report> {
  const client = await pool.connect()
  const foreign = await findForeignSchema(client).finally(() => client.release())
  if (foreign.length > 0) return reportOf(foreign)
  const keys = config.encryptionKeys ?? (config.databaseUrl === null ? await keysOfFolder(config.dataDir) : [])
  const database = createDatabase(pool)
  const ctx = { config, database, files: await openMediaStore(config), clock: systemClock }
  const keyIds = keys.map(({ id }) => id)
  return examine(ctx, keyIds, hours).finally(() => database.close())
}

const unusable = (check: string, what: string, todo: string): Finding => ({
  check,
  severity: 'problem',
  count: 1,
  what,
  todo,
  examples: [],
})

function read(): { json: boolean; hours: number } | null {
  try {
    const options = { json: { type: 'boolean' }, hours: { type: 'string', default: String(defaultHours) } } as const
    const { values } = parseArgs({ args: process.argv.slice(2), options, strict: true })
    const hours = Number(values.hours)
    return Number.isInteger(hours) && hours > 0 ? { json: values.json ?? false, hours } : null
  } catch {
    return null
  }
}

const logger = createLogger('error', pino.destination(2))
const given = read()
if (!given) {
  process.stderr.write('usage: kaanha doctor [--json] [--hours N]\n')
  process.exitCode = 2
} else {
  const report = await diagnose(given.hours).catch((error: unknown) =>
    reportOf([unusable('database.closed', explain(error), 'Nothing else could be looked at.')]),
  )
  process.stdout.write(given.json ? `${JSON.stringify(report)}\n` : reportText(report))
  process.exitCode = report.healthy ? 0 : 1
}
