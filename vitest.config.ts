import { createRequire } from 'node:module'
import { configDefaults, defineConfig } from 'vitest/config'

const common = { testTimeout: 60_000, hookTimeout: 120_000, globalSetup: 'test/support/global-setup.ts' }

/** Vite would take the ES module of graphql for our code, Node takes the other for the libraries': one schema, two graphqls. */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] }

/**
 * What is answered to what is given, whatever the store behind it. Where there is a PostgreSQL these run on it alone;
 * everything else that drives a server (crashes, order, limits, tenants, repeats) runs on both stores.
 */
const onOneStore = [
  'ai-agents',
  'api-keys',
  'audits',
  'broadcasts-refused',
  'broadcasts-shared',
  'chaos-webhooks',
  'connect-whatsapp',
  'docs',
  'doors',
  'errors',
  'fuzz-*',
  'graphql-*',
  'hygiene',
  'identity',
  'inbound-fixtures',
  'inbound-kinds',
  'ingress',
  'key-matrix',
  'logs',
  'mcp*',
  'media-send',
  'media-serve',
  'media-upload',
  'metrics',
  'payments',
  'quick-replies',
  'rest*',
  'sendability',
  'templates',
  'webhooks-refused',
].map((name) => `test/server/${name}.test.ts`)
const hasPostgres = process.env.TEST_DATABASE_URL !== undefined
/** `npm run chaos:...` runs on both whatever it runs. */
const isChaos = process.env.KAANHA_CHAOS !== undefined

/** What needs no server runs once; what drives one runs on the embedded database and on a real PostgreSQL. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { resolve, test: { ...common, name: 'parts', include: ['test/*.test.ts'] } },
      ...['embedded', 'postgres'].map((store) => ({
        test: {
          ...common,
          name: store,
          include: ['test/server/*.test.ts'],
          exclude: [...configDefaults.exclude, ...(store === 'embedded' && hasPostgres && !isChaos ? onOneStore : [])],
          env: { KAANHA_TEST_STORE: store },
        },
      })),
    ],
  },
})
