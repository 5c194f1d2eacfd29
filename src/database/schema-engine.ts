import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

/**
 * Prisma's schema engine as WebAssembly: what `prisma migrate` runs, without the download. An internal package of
 * Prisma's, pinned exactly, and only this file knows its shape.
 */

export type SchemaEngine = bindings.SchemaEngine
export type Migration = { name: string; sql: string }

/** Applying migrations needs no more of schema.prisma than this. */
const datasourceOnly = 'datasource db {\n  provider = "postgresql"\n}\n'

/** The standard's part that is used here: neither Node's types nor TypeScript's ES library have it. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

let loaded: Promise<void> | null = null

/** Free the engine after use. `datamodel` is the text of a Prisma schema with a postgresql datasource. */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  datamodel: string = datasourceOnly,
): Promise<SchemaEngine> {
  loaded ??= load()
  await loaded
  return bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', datamodel]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  )
}

/** Once a process: the bindings keep views of one instance's memory. */
async function load(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(join(dirname(path), 'schema_engine_bg.wasm'))
  // Where a panic of the engine leaves its words; the call that panicked rejects all the same.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: () => undefined } })
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

/** Every `NNNN_name/migration.sql` under `directory`, in order. Line ends are LF, so that a checksum is one everywhere. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql: sql.replaceAll('\r\n', '\n') }
    }),
  )
}

export const migrationList = (directory: string, migrations: readonly Migration[]): bindings.MigrationList => ({
  baseDir: directory,
  lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
  shadowDbInitScript: '',
  migrationDirectories: migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
  })),
})

/** No table and no enum is another program's. */
export const noFilters: bindings.SchemaFilter = { externalTables: [], externalEnums: [] }
