import { Redis } from 'ioredis'
import type { Logger } from '../core/logger.js'

/**
 * A connection that never makes a caller wait for a Redis that is away: a command fails at once while there is no
 * connection, after a second where Redis hangs, and a hanging connection is dropped after two. It connects in the
 * background and reconnects for as long as the process runs, at most 5 s apart; `disconnect()` ends it.
 * Not for blocking commands, which wait longer than a second by design. A subscription takes a connection of its own,
 * is made once that is 'ready', and is renewed by the client after an outage.
 */
export function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    socketTimeout: 2_000,
    keepAlive: 10_000,
    retryStrategy: (attempts) => Math.min(attempts * 200, 5_000),
    // After a failover the address may name a replica: the next connection finds the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })

  let away = false
  redis.on('error', (err) => {
    // An error for each attempt to reconnect: one line an outage is enough.
    if (away) return
    away = true
    logger.warn({ err }, 'Redis is away')
  })
  redis.on('ready', () => {
    if (away) logger.info('Redis is back')
    away = false
  })
  return redis
}
