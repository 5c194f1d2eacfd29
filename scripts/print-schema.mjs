// Writes schema.graphql from the code. `npm run generate` runs it before the typed documents are made.
import { writeFileSync } from 'node:fs'
import { printedSchema } from '../dist/graphql/print-schema.js'

writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema())
