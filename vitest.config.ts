import { createRequire } from 'node:module'
import { configDefaults, defineConfig } from 'vitest/config'

const common = { testTimeout: 60_000, hookTimeout: 120_000 }
const globalSetup = {
  parts: 'test/support/built.ts',
  embedded: 'test/support/embedded-template.ts',
  postgres: 'test/support/built.ts',
}

/** Vite would take the ES module of graphql for our code, Node takes the other for the libraries': one schema, two graphqls. */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] }

/**
 * What is answered to what is given, whatever the store behind it. Where there is a PostgreSQL these run on it alone;
 * what hangs on how a store keeps, locks and loses (crashes, order, repeats, tenants, starts and stops) runs on both.
 */
const onOneStore = [
  'ai-agents',
  'analytics',
  'api-keys',
  'audits',
  'broadcasts*',
  'chaos-webhooks',
  'connect-whatsapp',
  'consent',
  'console*',
  'docs',
  'doctor',
  'doors',
  'errors',
  'fuzz-*',
  'graphql-*',
  'hygiene',
  'identity',
  'inbound-changes',
  'inbound-fixtures',
  'inbound-kinds',
  'ingress',
  'key-matrix',
  'limits',
  'logs',
  'mcp*',
  'media-inbound',
  'media-s3',
  'media-send',
  'media-serve',
  'media-upload',
  'members',
  'metrics',
  'payments',
  'quick-replies',
  'reactions',
  'realtime-page',
  'rest*',
  'scheduled',
  'sendability',
  'sends-refused',
  'templates',
  'webhooks*',
].map((name) => `test/server/${name}.test.ts`)
const hasPostgres = process.env.TEST_DATABASE_URL !== undefined
/** `npm run chaos:...` runs on both whatever it runs. */
const isChaos = process.env.KAANHA_CHAOS !== undefined

/** What needs no server runs once; what drives one runs on the embedded database and on a real PostgreSQL. */
export default defineConfig({
  test: {
    pool: 'forks',
    // On two cores: a test waits for its server about as long as it keeps a core busy.
    maxWorkers: 3,
    projects: [
      { resolve, test: { ...common, name: 'parts', globalSetup: globalSetup.parts, include: ['test/*.test.ts'] } },
      ...(['embedded', 'postgres'] as const).map((store) => ({
        test: {
          ...common,
          name: store,
          globalSetup: globalSetup[store],
          include: ['test/server/*.test.ts'],
          exclude: [...configDefaults.exclude, ...(store === 'embedded' && hasPostgres && !isChaos ? onOneStore : [])],
          env: { KAANHA_TEST_STORE: store },
        },
      })),
    ],
  },
})
