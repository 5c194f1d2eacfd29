import { Redis } from 'ioredis'
import type { Logger } from '../core/logger.js'
import type { Bus } from './bus.js'
import type { Head } from './sequencer.js'

const channel = 'kaanha:events'

/** Over Redis publish and subscribe. Uses `redis` to publish and a connection of its own to listen. */
export function createRedisBus(redis: Redis, logger: Logger): Bus {
  const listening = new Redis({ ...redis.options, autoResubscribe: false })
  listening.on('error', (error) => logger.debug({ err: error }, 'the Redis subscription has no connection'))
  return {
    publish(heads) {
      const message = JSON.stringify(heads.map(({ organizationId, position }) => [organizationId, String(position)]))
      redis.publish(channel, message).catch((error: unknown) => {
        logger.debug({ err: error }, 'a wake-up did not reach Redis; the other servers find it by polling')
      })
    },
    subscribe(listener) {
      listening.on('message', (_channel, message) => listener(parseHeads(message)))
      const subscribe = () => {
        listening.subscribe(channel).catch((error: unknown) => {
          logger.debug({ err: error }, 'the subscription failed; the next connection tries again')
        })
      }
      if (listening.status === 'ready') subscribe()
      listening.on('ready', subscribe)
    },
    async close() {
      listening.disconnect()
    },
  }
}

function parseHeads(message: string): Head[] {
  try {
    const heads: unknown = JSON.parse(message)
    if (!Array.isArray(heads)) return []
    return heads.flatMap((head: unknown) =>
      Array.isArray(head) && typeof head[0] === 'string' && /^\d{1,18}$/.test(String(head[1]))
        ? [{ organizationId: head[0], position: BigInt(String(head[1])) }]
        : [],
    )
  } catch {
    return []
  }
}
