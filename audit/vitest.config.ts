import { defineConfig } from 'vitest/config'

/**
 * A section is a file `audit/<name>.audit.ts`, whose tests are its lines (support/line.ts), or is made of tests of ours.
 * scripts/audit.mjs says which, and one after the other: what is measured must not be disturbed by what else is.
 */
export default defineConfig({
  test: {
    include: ['audit/*.audit.ts', 'test/server/*.test.ts'],
    // The embedded database's template; what runs on PostgreSQL needs none.
    globalSetup: process.env.KAANHA_TEST_STORE === 'embedded' ? 'test/support/embedded-template.ts' : [],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    reporters: ['default', './audit/support/reporter.mjs'],
  },
})
