import { defineConfig } from 'vitest/config'

const common = { testTimeout: 60_000, hookTimeout: 120_000, globalSetup: 'test/support/global-setup.ts' }

/** What needs no server runs once; what drives one runs on the embedded database and on a real PostgreSQL. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'parts', include: ['test/*.test.ts'] } },
      ...['embedded', 'postgres'].map((store) => ({
        test: { ...common, name: store, include: ['test/server/*.test.ts'], env: { KAANHA_TEST_STORE: store } },
      })),
    ],
  },
})
