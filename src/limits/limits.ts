import type { Redis } from 'ioredis'
import type { Logger } from '../core/logger.js'
import type { Database } from '../database/client.js'
import { createDatabaseStandIn, noStandIn } from './stand-in.js'
import type { LimitName } from './table.js'
import type { LimitVerdict } from './verdict.js'
import { createWindow, type LimitStore } from './window.js'

export type LimitsOptions = {
  /** Per client address and minute; 0 = off. */
  requestsPerMinute: number
  /** Per recipient of an organization and hour; 0 = off. */
  sendsPerHour: number
  /** Per key and minute; none or 0 = off. */
  requestsPerKeyPerMinute?: number
  /** Per organization and hour; none or 0 = off. */
  uploadsPerHour?: number
  /** Shared by several servers, or null: this process counts alone. */
  redis: Redis | null
  /** Where they count together while Redis is away; without it, each process counts alone then. */
  database?: Pick<Database, 'query'>
  logger: Logger
  /** Told of every attempt that a limit refused. */
  refused?: (limit: LimitName) => void
  /** What the keys in Redis begin with. */
  keyPrefix?: string
}

/** Each answer is null where that limit is off. A refused attempt is a verdict, never an error. */
export type Limits = {
  requests: {
    /** `key`: the client's address as `limitKey` makes it (IPv6 by /64). */
    consume(key: string): Promise<LimitVerdict | null>
  }
  keyRequests: {
    consume(keyId: string): Promise<LimitVerdict | null>
  }
  uploads: {
    consume(organizationId: string): Promise<LimitVerdict | null>
  }
  sends: {
    consume(organizationId: string, contactId: string): Promise<LimitVerdict | null>
    /** Undoes one consume, for a message that did not go out. */
    giveBack(organizationId: string, contactId: string): Promise<LimitVerdict | null>
    /** What a consume would find, without counting. */
    peek(organizationId: string, contactId: string): Promise<LimitVerdict | null>
  }
}

export function createLimits(options: LimitsOptions): Limits {
  const { redis, database, logger, refused = () => undefined, keyPrefix = 'kaanha:limits' } = options
  const standIn = database ? createDatabaseStandIn(database) : noStandIn
  const store: LimitStore = { redis, standIn, logger, refused, keyPrefix }
  const window = (name: LimitName, limit = 0) => (limit > 0 ? createWindow(name, limit, store) : null)
  const requests = window('requests', options.requestsPerMinute)
  const keyRequests = window('keyRequests', options.requestsPerKeyPerMinute)
  const uploads = window('uploads', options.uploadsPerHour)
  const sends = window('sends', options.sendsPerHour)
  const recipient = (organizationId: string, contactId: string) => `${organizationId}:${contactId}`

  return {
    requests: { consume: async (key) => requests?.consume(key) ?? null },
    keyRequests: { consume: async (keyId) => keyRequests?.consume(keyId) ?? null },
    uploads: { consume: async (organizationId) => uploads?.consume(organizationId) ?? null },
    sends: {
      consume: async (organizationId, contactId) => sends?.consume(recipient(organizationId, contactId)) ?? null,
      giveBack: async (organizationId, contactId) => sends?.giveBack(recipient(organizationId, contactId)) ?? null,
      peek: async (organizationId, contactId) => sends?.peek(recipient(organizationId, contactId)) ?? null,
    },
  }
}
