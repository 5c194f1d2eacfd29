/**
 * `npm run migration -- <name>` writes the next prisma/migrations/NNNN_<name>/migration.sql: the SQL that leads from
 * the migrations so far to prisma/schema.prisma. `npm run migration -- --check` only says whether there is any, and
 * ends with 1 if so. A second argument names another folder than prisma.
 *
 * Prisma's own engine as WebAssembly makes it, with a PGlite in memory as its shadow database: no server is needed,
 * nothing is downloaded, and nothing of src/ is imported, so it works before anything is built.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg'
import { PrismaPGlite } from 'pglite-prisma-adapter'

const [request = '', folder = fileURLToPath(new URL('../prisma', import.meta.url))] = process.argv.slice(2)
const schemaFile = resolve(folder, 'schema.prisma')
const directory = resolve(folder, 'migrations')
const lockFile = join(directory, 'migration_lock.toml')
const lockText = '# Prisma reads here which database the migrations are for.\nprovider = "postgresql"\n'

if (request === '') fail('Usage: npm run migration -- <name>, or --check')
if (!existsSync(schemaFile)) fail(`${schemaFile} does not exist.`)
await loadEngine()
if (request === '--check') await check()
else
  await writeNext(
    request
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, ''),
  )

async function check() {
  const sql = await diff(readMigrations())
  if (sql !== '') fail(`The migrations do not lead to schema.prisma; this is missing:\n\n${sql}`)
  console.log('The migrations lead to schema.prisma.')
}

async function writeNext(name) {
  mkdirSync(directory, { recursive: true })
  if (!existsSync(lockFile)) writeFileSync(lockFile, lockText)

  const before = readMigrations()
  const sql = await diff(before)
  if (sql === '') {
    console.log('The migrations already lead to schema.prisma: nothing to write.')
    return
  }
  const next = `${String(Number(before.at(-1)?.path.slice(0, 4) ?? 0) + 1).padStart(4, '0')}_${name}`
  mkdirSync(join(directory, next))
  const file = join(directory, next, 'migration.sql')
  writeFileSync(file, `${sql}\n`)
  console.log(relative('.', file))
  await reportRest()
}

/** The SQL may lack what a schema file cannot say (CREATE EXTENSION, for one): then it does not run as it stands. */
async function reportRest() {
  try {
    const rest = await diff(readMigrations())
    if (rest !== '') console.warn(`It does not lead to schema.prisma yet; this is left:\n${rest}`)
  } catch (error) {
    console.warn(`It does not run as it stands, edit it: ${reason(error)}`)
  }
}

function readMigrations() {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return names.map((path) => {
    if (!/^\d{4}_/.test(path)) fail(`${path}: a migration is called NNNN_<name>.`)
    const file = join(directory, path, 'migration.sql')
    if (!existsSync(file)) fail(`${path} has no migration.sql.`)
    return { path, sql: readFileSync(file, 'utf8').replaceAll('\r\n', '\n') }
  })
}

async function diff(migrations) {
  const content = readFileSync(schemaFile, 'utf8')
  const database = await PGlite.create({ dataDir: 'memory://', extensions: { pg_trgm, btree_gin } })
  const engine = await openEngine(content, shadowFactory(database))
  try {
    const result = await engine.diff({
      from: migrations.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...migrationList(migrations) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }], configDir: '.' },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return withoutSameIndexes(result.stdout ?? '', migrations)
  } finally {
    engine.free()
    await database.close()
  }
}

/**
 * The engine does not see the default operator class of an index in the database (`text_ops` of a GIN index), and makes
 * an index anew that schema.prisma names it for. Where it would make the very one that is there, there is no difference.
 */
function withoutSameIndexes(script, migrations) {
  const existing = new Map()
  for (const { sql } of migrations) {
    for (const [statement, index] of sql.matchAll(/^CREATE (?:UNIQUE )?INDEX "([^"]+)".*;$/gm))
      existing.set(index, statement)
  }
  const steps = script
    .split(/\n\n+/)
    .map((step) => step.trim())
    .filter((step) => step !== '' && !/^-- This is an empty migration\.?$/.test(step))
  const statementOf = (step) => step.replace(/^--.*\n/gm, '')
  const same = new Set()
  for (const [index, statement] of existing) {
    const recreated = [`DROP INDEX "${index}";`, statement]
    if (!recreated.every((sql) => steps.some((step) => statementOf(step) === sql))) continue
    for (const sql of recreated) same.add(sql)
  }
  return steps.filter((step) => !same.has(statementOf(step))).join('\n\n')
}

function migrationList(migrations) {
  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: lockText },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ path, sql }) => ({
      path,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
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
