import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createLimits, type LimitsOptions } from '../../src/limits/limits.js'
import { silentLogger } from './silent-logger.js'

/** Limits of a test's own: small, and counted apart from everybody else's. */
export const limitsOver = (redis: Redis | null, options: Partial<LimitsOptions> = {}) =>
  createLimits({
    requestsPerMinute: 3,
    sendsPerHour: 2,
    redis,
    logger: silentLogger,
    keyPrefix: `test:${randomUUID()}`,
    ...options,
  })
