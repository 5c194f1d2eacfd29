// Runs one of the programs in dist/, in this process, after building what is missing: `node scripts/run.mjs main`.
import module from 'node:module'
import { build } from './build.mjs'

const [program, ...args] = process.argv.slice(2)
// Without it graphql and others check more than they need to, at the cost of a quarter of a small read.
process.env.NODE_ENV ??= 'production'
// Compiled code is kept for the next start, where Node can do that (from 22.8 on).
module.enableCompileCache?.()
build()
process.argv.splice(1, process.argv.length - 1, program, ...args)
await import(`../dist/${program}.js`)
