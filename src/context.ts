import type { Config } from './config.js'
import type { Clock } from './core/clock.js'
import type { Logger } from './core/logger.js'
import type { Scope } from './core/scopes.js'
import type { Signal } from './core/signal.js'
import type { Database } from './database/client.js'
import type { EventLog } from './events/log.js'
import type { ConsentPolicy, Plan } from './generated/prisma/client.js'
import type { Limits } from './limits/limits.js'
import type { MediaStore } from './media/store.js'
import type { PublicFetcher } from './net/public-fetcher.js'
import type { PaymentProvider } from './payments/provider.js'
import type { SecretBox } from './secrets/secret-box.js'
import type { WhatsAppProvider } from './whatsapp/provider.js'

/** What every domain function may use. Built once, by server.ts. */
export type Context = {
  config: Config
  database: Database
  events: EventLog
  limits: Limits
  whatsapp: WhatsAppProvider
  /** Null: no payment provider is set up. */
  payments: PaymentProvider | null
  /** The bytes of media. */
  files: MediaStore
  /** For addresses that callers gave. */
  publicFetcher: PublicFetcher
  /** Tells that a customer has sent a file, which is to be fetched. */
  mediaArrived: Signal
  /** Tells that a webhook was saved, or deliveries made that no event made. */
  webhooksDue: Signal
  /** Tells that a broadcast is to be begun, or gone on with. */
  broadcastsDue: Signal
  /** Tells that an AI agent has a turn. */
  agentTurnsDue: Signal
  /** For what is stored encrypted. */
  secrets: SecretBox
  clock: Clock
  logger: Logger
  /** Work that goes on after its caller has been answered; the server waits for it when it stops. */
  background: Background
}

export type Background = {
  /** Runs a piece of work; its failure is logged, not thrown. */
  run(what: string, work: () => Promise<void>): void
  /** Resolves when everything begun has ended. */
  drain(): Promise<void>
}

/** Who asks: one key of one organization. */
export type Actor = {
  organizationId: string
  organization: { id: string; slug: string; name: string; plan: Plan; consentPolicy: ConsentPolicy }
  key: { id: string; name: string; expiresAt: Date | null }
  scopes: ReadonlySet<Scope>
}

/** A Context in the hands of somebody. Every domain function that reads or writes an organization's rows takes this. */
export type ActorContext = Context & { actor: Actor }
