// Generates the Prisma client and Pothos' types into src/generated.
// `prisma generate` would first download a schema engine that it never uses; told of any existing file, it does not.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, resolve } from 'node:path'

const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
const { status } = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
  stdio: ['ignore', 2, 2],
  env: {
    ...process.env,
    PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  },
})
process.exit(status ?? 1)
