// Builds the console into dist/console: Vite's build of src/console, and of each file what its compressed forms are, so
// that the server compresses nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const output = join(root, 'dist/console')
const compressed = new Set(['.js', '.css', '.svg'])

// Vite takes the word of its surroundings: built by a test, the console would hold React's development build.
process.env.NODE_ENV = 'production'
await build({
  configFile: false,
  root: join(root, 'src/console'),
  logLevel: 'error',
  // Styles that scripts add are let through by it; the server puts another into every page.
  html: { cspNonce: '__NONCE__' },
  build: { outDir: output, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})

for (const name of readdirSync(join(output, 'assets'))) {
  if (!compressed.has(extname(name))) continue
  const file = join(output, 'assets', name)
  const bytes = readFileSync(file)
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(`${file}.br`, brotliCompressSync(bytes))
}
