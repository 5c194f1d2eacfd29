import type { Context } from '../context.js'
import { examplesShown, type Finding } from './finding.js'

type Check = {
  name: string
  severity: Finding['severity']
  /** A query of one column, the ids of what is found. `$1` is now. */
  rows: string
  what: string
  todo: string
}

const running = 'Is a server running on this database? If so its log says why: search for these ids.'

/** What should have been done minutes ago: each waits for a worker of the server that looks every second. */
const checks: Check[] = [
  {
    name: 'journal.waiting',
    severity: 'problem',
    rows: `SELECT id::text FROM "InboundDelivery" WHERE "processedAt" IS NULL AND "nextAttemptAt" < 'infinity'
      AND "receivedAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'webhooks of WhatsApp are stored and not yet processed',
    todo: `${running} "lastError" of the row has the last failure.`,
  },
  {
    name: 'journal.given_up',
    severity: 'problem',
    rows: `SELECT id::text FROM "InboundDelivery" WHERE "processedAt" IS NULL AND "nextAttemptAt" = 'infinity'`,
    what: 'webhooks of WhatsApp failed so often that they are tried no more',
    todo: 'Remove the cause that "lastError" tells, then: UPDATE "InboundDelivery" SET "nextAttemptAt" = now() WHERE id IN (...).',
  },
  {
    name: 'sends.overdue',
    severity: 'problem',
    rows: `SELECT id FROM "Message" WHERE "leaseExpiresAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'sends wait though their lease is over',
    todo: running,
  },
  {
    name: 'sends.abandoned',
    severity: 'problem',
    rows: `SELECT id FROM "Message" WHERE direction = 'OUTBOUND' AND status = 'QUEUED' AND "leaseExpiresAt" IS NULL
      AND "startsAt" IS NULL AND "createdAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'messages are QUEUED and nobody is going to send them',
    todo: 'UPDATE "Message" SET "leaseExpiresAt" = now() WHERE id IN (...) has them taken over; report it, this should not be.',
  },
  {
    name: 'sends.scheduled_late',
    severity: 'problem',
    rows: `SELECT id FROM "Message" WHERE "startsAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'scheduled messages have not begun though it is time',
    todo: running,
  },
  {
    name: 'events.unnumbered',
    severity: 'problem',
    rows: `SELECT id FROM "Event" WHERE "position" IS NULL AND "createdAt" < $1::timestamptz - interval '1 minute'`,
    what: 'events have no place in the log: subscriptions and webhooks wait for them',
    todo: `${running} A long transaction (pg_stat_activity) may hold the lock of the sequencer.`,
  },
  {
    name: 'webhooks.behind',
    severity: 'problem',
    rows: `SELECT w.id FROM "Webhook" w WHERE w."disabledAt" IS NULL AND EXISTS (
      SELECT 1 FROM "Event" e WHERE e."organizationId" = w."organizationId" AND e."position" > w."position"
        AND e."createdAt" < $1::timestamptz - interval '5 minutes')`,
    what: 'webhooks have not been given events that are minutes old',
    todo: running,
  },
  {
    name: 'webhooks.overdue',
    severity: 'problem',
    rows: `SELECT d.id FROM "WebhookDelivery" d JOIN "Webhook" w ON w."organizationId" = d."organizationId"
      AND w.id = d."webhookId" WHERE d.status = 'PENDING' AND w."disabledAt" IS NULL
      AND d."nextAttemptAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'deliveries of webhooks are due and not attempted',
    todo: `${running} One slow endpoint holds up its own queue alone: see kaanha_queue_depth{queue="webhooks"}.`,
  },
  {
    name: 'webhooks.held',
    severity: 'problem',
    rows: `SELECT d.id FROM "WebhookDelivery" d WHERE d.status = 'PENDING' AND d."nextAttemptAt" IS NULL AND NOT EXISTS (
      SELECT 1 FROM "WebhookDelivery" o WHERE o."organizationId" = d."organizationId" AND o."webhookId" = d."webhookId"
        AND o."conversationId" = d."conversationId" AND o.status = 'PENDING' AND o."position" < d."position")`,
    what: 'deliveries wait for an earlier one of their conversation that is not there',
    todo: 'UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() WHERE id IN (...); report it, this should not be.',
  },
  {
    name: 'webhooks.failing',
    severity: 'problem',
    rows: `SELECT id FROM "Webhook" WHERE "disabledAt" IS NULL AND "failingSince" < $1::timestamptz - interval '1 hour'`,
    what: 'webhooks have failed for more than an hour',
    todo: 'webhookDeliveries has the log; mend the endpoint, then redeliverWebhook(failedSince).',
  },
  {
    name: 'webhooks.disabled',
    severity: 'note',
    rows: `SELECT id FROM "Webhook" WHERE "disabledAt" IS NOT NULL AND "failingSince" IS NOT NULL`,
    what: 'webhooks were disabled because their endpoint did not answer',
    todo: 'updateWebhook(enabled: true) begins again; deleteWebhook where nobody wants it.',
  },
  {
    name: 'broadcasts.overdue',
    severity: 'problem',
    rows: `SELECT id FROM "Broadcast" WHERE (status = 'RUNNING' AND "leaseExpiresAt" < $1::timestamptz - interval '5 minutes')
      OR (status = 'SCHEDULED' AND "scheduledAt" < $1::timestamptz - interval '5 minutes')
      OR (status = 'DRAFT' AND "updatedAt" < $1::timestamptz - interval '1 hour')`,
    what: 'broadcasts are due and no server drives them',
    todo: running,
  },
  {
    name: 'agents.overdue',
    severity: 'problem',
    rows: `SELECT id::text FROM "AgentTurn" WHERE "nextAttemptAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'turns of AI agents are due and not taken',
    todo: running,
  },
  {
    name: 'media.overdue',
    severity: 'problem',
    rows: `SELECT id FROM "Media" WHERE "nextFetchAt" < $1::timestamptz - interval '5 minutes'`,
    what: 'files of customers are due to be fetched from WhatsApp',
    todo: running,
  },
  {
    name: 'media.failed',
    severity: 'note',
    rows: `SELECT id FROM "Media" WHERE status = 'FAILED' AND "createdAt" > $1::timestamptz - interval '7 days'`,
    what: 'files of customers of the last week could not be fetched',
    todo: '"lastError" of the row says why; WhatsApp keeps a file for 7 days: "status" PENDING and "nextFetchAt" now() tries again.',
  },
  {
    name: 'payments.overdue',
    severity: 'problem',
    rows: `SELECT id FROM "PaymentLink" WHERE "closeDueAt" < $1::timestamptz - interval '1 hour'`,
    what: 'payment links are over and could not be closed at the provider',
    todo: 'Look at the log, and at the provider whether it has been paid.',
  },
  {
    name: 'connections.lost',
    severity: 'problem',
    rows: `SELECT id FROM "WhatsAppConnection" WHERE status = 'DISCONNECTED' AND ("secrets" IS NOT NULL OR source = 'ENVIRONMENT')`,
    what: 'numbers are not connected to WhatsApp',
    todo: '"lastError" of the row says why: a token that ended, or no way to WhatsApp. connectWhatsApp with a new token.',
  },
]

const mostCounted = 10_000

export async function findOverdue({ database, clock }: Pick<Context, 'database' | 'clock'>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { rows, name: check, ...words } of checks) {
    const [found] = await database.query<{ count: number; examples: string[] | null }>(
      `SELECT count(*)::int AS count, (array_agg(id ORDER BY id))[1:${examplesShown}] AS examples
       FROM (SELECT * FROM (${rows}) AS found(id) LIMIT ${mostCounted}) AS few`,
      rows.includes('$1') ? [clock.now()] : [],
    )
    if (!found || found.count === 0) continue
    const many = found.count === mostCounted ? `${mostCounted} or more` : String(found.count)
    findings.push({
      check,
      ...words,
      count: found.count,
      what: `${many}: ${words.what}`,
      examples: found.examples ?? [],
    })
  }
  return findings
}
