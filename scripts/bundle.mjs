import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** These find files of their own beside themselves. */
const external = [/^@electric-sql\/pglite/, /^@prisma\/schema-engine-wasm/]

/**
 * Writes programs with the packages they use into a folder: `programs` is their sources by the names they get there,
 * without `.js`. NODE_OPTIONS=--enable-source-maps makes stack traces name the lines of the sources.
 */
export async function bundle(programs, folder) {
  const built = await rolldown({ cwd: root, input: programs, platform: 'node', external, tsconfig: 'tsconfig.json' })
  await built.write({
    dir: join(root, folder),
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
}
