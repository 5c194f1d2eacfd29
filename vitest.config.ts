import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

const common = { testTimeout: 60_000, hookTimeout: 120_000, globalSetup: 'test/support/global-setup.ts' }

/** Vite would take the ES module of graphql for our code, Node takes the other for the libraries': one schema, two graphqls. */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] }

/** What needs no server runs once; what drives one runs on the embedded database and on a real PostgreSQL. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { resolve, test: { ...common, name: 'parts', include: ['test/*.test.ts'] } },
      ...['embedded', 'postgres'].map((store) => ({
        test: { ...common, name: store, include: ['test/server/*.test.ts'], env: { KAANHA_TEST_STORE: store } },
      })),
    ],
  },
})
