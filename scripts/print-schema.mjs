// Writes schema.graphql from the code. `npm run generate` runs it before the typed documents are made.
import { writeFileSync } from 'node:fs'
import { build } from './build.mjs'

build({ console: false })
const { printedSchema } = await import('../dist/graphql/print-schema.js')

writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema())
