// Runs one of the programs in dist/, in this process, after building what is missing: `node scripts/run.mjs main`.
import { build } from './build.mjs'

const [program, ...args] = process.argv.slice(2)
build()
process.argv.splice(1, process.argv.length - 1, program, ...args)
await import(`../dist/${program}.js`)
