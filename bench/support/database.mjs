// The bench's own database on the PostgreSQL server of BENCH_DATABASE_URL, else TEST_DATABASE_URL, kept between runs.
import pg from 'pg'
import { applyMigrations } from '../../dist/database/migrate.js'
import { restore, seed, seedVersion } from '../seed.mjs'
import { cpuMsOf } from './processes.mjs'

/**
 * Opens the database of a size, brings it up to our migrations, seeds it where it is not yet, and takes out what the
 * last run has written. `client` is a connection of the bench itself.
 */
export async function openDatabase(size) {
  const server = process.env.BENCH_DATABASE_URL ?? process.env.TEST_DATABASE_URL
  if (!server) throw new Error('Set BENCH_DATABASE_URL to a PostgreSQL server on which a database may be created.')
  const name = `kaanha_bench_${size.name}`
  const url = new URL(server)
  url.pathname = `/${name}`
  await createDatabase(server, name)
  const pool = new pg.Pool({ connectionString: url.href, max: 1 })
  await applyMigrations({ pool, embedded: false })
  await pool.end()

  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  const { rows } = await client.query(
    "SELECT shobj_description(oid, 'pg_database') AS seeded FROM pg_database WHERE datname = $1",
    [name],
  )
  const wanted = `seed ${seedVersion}`
  if (rows[0].seeded !== wanted) {
    const begun = performance.now()
    await seed(client, size)
    await client.query(`COMMENT ON DATABASE ${name} IS '${wanted}'`)
    console.log(`seeded ${name} in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  await restore(client, size)
  const { rows: version } = await client.query('SHOW server_version')
  return {
    url: url.href,
    client,
    version: version[0].server_version,
    cpu: () => cpuOfBackends(client),
    close: () => client.end(),
  }
}

async function createDatabase(server, name) {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (rowCount === 0) await admin.query(`CREATE DATABASE ${name}`)
  await admin.end()
}

/** CPU of each process that serves this database but our own, in ms by pid; empty where PostgreSQL is elsewhere. */
async function cpuOfBackends(client) {
  const { rows } = await client.query(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  return new Map(rows.flatMap(({ pid }) => (cpuMsOf(pid) === null ? [] : [[pid, cpuMsOf(pid)]])))
}
