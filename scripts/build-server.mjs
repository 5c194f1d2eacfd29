// Builds the programs of src/ into dist/, each with the packages it uses: what starts is a few dozen files and not two
// thousand, which takes a third off the time and the work of a start.
import { bundle } from './bundle.mjs'

const programs = [
  'main',
  'simulator/main',
  'simulator/worker',
  'database/embedded/worker',
  'cli/data',
  'cli/doctor',
  'cli/mcp',
  'cli/operator',
]
/** What scripts, benches and programs of tests, all of them plain JavaScript, take from the server. */
const modules = [
  'core/key-format',
  'core/version',
  'database/embedded/open',
  'database/lock-file',
  'database/migrate',
  'generated/pothos',
  'generated/prisma/client',
  'graphql/print-schema',
  'rest/openapi',
]

await bundle(Object.fromEntries([...programs, ...modules].map((name) => [name, `src/${name}.ts`])), 'dist')
