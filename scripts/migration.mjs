/**
 * `npm run migration -- <name>` writes the next prisma/migrations/NNNN_<name>/migration.sql: the SQL that leads from
 * the migrations so far to prisma/schema.prisma. Nothing is written where the two already agree.
 *
 * Prisma's own engine as WebAssembly makes it, with a PGlite in memory as its shadow database: no server is needed,
 * nothing is downloaded, and nothing of src/ is imported, so it works before anything is built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg'
import { PrismaPGlite } from 'pglite-prisma-adapter'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const schemaFile = join(root, 'prisma/schema.prisma')
const directory = join(root, 'prisma/migrations')
const lockFile = join(directory, 'migration_lock.toml')
const lockText = '# Prisma reads here which database the migrations are for.\nprovider = "postgresql"\n'

const name = (process.argv[2] ?? '')
  .toLowerCase()
  .replace(/[^a-z0-9]+/g, '_')
  .replace(/^_|_$/g, '')
if (name === '') fail('Usage: npm run migration -- <name>')
if (!existsSync(schemaFile)) fail('prisma/schema.prisma does not exist.')
await loadEngine()
await writeNext()

async function writeNext() {
  mkdirSync(directory, { recursive: true })
  if (!existsSync(lockFile)) writeFileSync(lockFile, lockText)

  const before = migrationNames()
  const sql = await diff(before)
  if (sql === '') {
    console.log('The migrations already lead to prisma/schema.prisma: nothing to write.')
    return
  }
  const next = `${String(Number(before.at(-1)?.slice(0, 4) ?? 0) + 1).padStart(4, '0')}_${name}`
  mkdirSync(join(directory, next))
  writeFileSync(join(directory, next, 'migration.sql'), `${sql}\n`)
  console.log(`prisma/migrations/${next}/migration.sql`)
  await reportDrift(before.concat(next))
}

/** The SQL may lack what a schema file cannot say (CREATE EXTENSION, for one): then it does not run as it stands. */
async function reportDrift(names) {
  try {
    const rest = await diff(names)
    if (rest !== '') console.warn(`It does not lead to prisma/schema.prisma yet; this is left:\n${rest}`)
  } catch (error) {
    console.warn(`It does not run as it stands, edit it: ${reason(error)}`)
  }
}

function migrationNames() {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  for (const folder of names) {
    if (!/^\d{4}_/.test(folder)) fail(`prisma/migrations/${folder}: a migration is called NNNN_<name>.`)
    if (!existsSync(join(directory, folder, 'migration.sql'))) fail(`prisma/migrations/${folder} has no migration.sql.`)
  }
  return names
}

async function diff(names) {
  const content = readFileSync(schemaFile, 'utf8')
  const database = await PGlite.create({ dataDir: 'memory://', extensions: { pg_trgm, btree_gin } })
  const engine = await openEngine(content, shadowFactory(database))
  try {
    const result = await engine.diff({
      from: names.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...migrationList(names) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }], configDir: '.' },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    const sql = (result.stdout ?? '').trim()
    return /^-- This is an empty migration\.?$/.test(sql) ? '' : sql
  } finally {
    engine.free()
    await database.close()
  }
}

function migrationList(names) {
  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(lockFile, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(directory, path, 'migration.sql'), 'utf8') },
      },
    })),
  }
}

/** The adapter's own executeScript does not wait for its script and loses the error; its own shadow has no extensions. */
function shadowFactory(database) {
  const factory = new PrismaPGlite(database)
  const connect = async () => {
    const adapter = await factory.connect()
    adapter.executeScript = (script) =>
      database.exec(script).then(
        () => undefined,
        (error) => adapter.onError(error),
      )
    return adapter
  }
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: connect,
  }
}

async function openEngine(schema, factory) {
  const bound = bindMigrationAwareSqlAdapterFactory(factory)
  return engineModule.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, bound)
}

/** Once a process: the module keeps views of one instance's memory. */
async function loadEngine() {
  // Where a panic of the engine leaves its words before it throws.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) }
  const module = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = readFileSync(join(dirname(module), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineModule })
  engineModule.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

function reason(error) {
  return error instanceof Error ? error.message : String(error)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
