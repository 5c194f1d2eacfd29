import { onTestFinished } from 'vitest'
import { createBackground } from '../../src/background.js'
import { loadConfig } from '../../src/config.js'
import type { ActorContext } from '../../src/context.js'
import { createSignal } from '../../src/core/signal.js'
import type { Database } from '../../src/database/client.js'
import { createLimits } from '../../src/limits/limits.js'
import { createFileStore } from '../../src/media/file-store.js'
import { createPublicFetcher } from '../../src/net/public-fetcher.js'
import { createSecretBox } from '../../src/secrets/secret-box.js'
import { createCloudApi } from '../../src/whatsapp/cloud-api.js'
import { newOrganization, openLog } from './event-log.js'
import { silentLogger } from './silent-logger.js'

export type OwnContext = ActorContext & {
  /** Moves the clock, which else stands still. */
  advance(ms: number): void
}

/** The domain's context in this process, for an organization of its own, on a clock that the test moves. */
export async function ownContext(database: Database, apiUrl: string, env = {}): Promise<OwnContext> {
  const organizationId = await newOrganization(database)
  const config = loadConfig({ WHATSAPP_API_URL: apiUrl, ...env })
  const whatsapp = createCloudApi({ baseUrl: apiUrl, version: config.whatsapp.apiVersion })
  onTestFinished(() => whatsapp.close())
  const background = createBackground(silentLogger)
  onTestFinished(() => background.drain())
  let nowMs = Date.now()
  return {
    config,
    database,
    events: openLog(database),
    limits: createLimits({ ...config.limits, redis: null, logger: silentLogger }),
    whatsapp,
    payments: null,
    files: createFileStore('/nowhere'),
    publicFetcher: createPublicFetcher({ allowPrivate: false }),
    mediaArrived: createSignal(),
    webhooksDue: createSignal(),
    broadcastsDue: createSignal(),
    agentTurnsDue: createSignal(),
    secrets: createSecretBox([{ id: 'test', key: new Uint8Array(32) }]),
    clock: { now: () => new Date(nowMs) },
    logger: silentLogger,
    background,
    actor: {
      organizationId,
      organization: { id: organizationId, slug: 'own', name: 'Own', plan: 'PRO', consentPolicy: 'ENFORCED' },
      key: { id: 'key', name: 'test', expiresAt: null },
      scopes: new Set(['*']),
    },
    advance(ms) {
      nowMs += ms
    },
  }
}
