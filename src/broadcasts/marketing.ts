import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import { Prisma } from '../generated/prisma/client.js'
import { broadcastLimits } from './limits.js'

/**
 * Which of some contacts got a marketing template in the last 24 hours, or are about to: broadcasts and single sends
 * count alike, what failed does not.
 */
const marketedSql = (organizationId: string, contactIds: string[], now: Date) => Prisma.sql`
  SELECT k.id FROM unnest(${contactIds}::text[]) AS k(id)
  WHERE EXISTS (
    SELECT 1 FROM "Message" AS m JOIN "Template" AS t ON t."organizationId" = m."organizationId"
      AND t.name = m.content->>'templateName' AND t.language = m.content->>'language' AND t.category = 'MARKETING'
    WHERE m."organizationId" = ${organizationId} AND m."contactId" = k.id AND m.type = 'TEMPLATE'
      AND m.direction = 'OUTBOUND' AND m.status <> 'FAILED'
      AND COALESCE(m."sentAt", m."createdAt") > ${new Date(now.getTime() - broadcastLimits.marketingMs)}
  )`

const idsOf = (rows: { id: string }[]): Set<string> => new Set(rows.map(({ id }) => id))

export const recentlyMarketed = async (database: Context['database'], of: Of): Promise<Set<string>> =>
  idsOf(await database.select<{ id: string }>(marketedSql(of.organizationId, of.contactIds, of.now)))

/** The same in a transaction that has locked the contacts: of two broadcasts at once the second sees the first. */
export const recentlyMarketedIn = async (tx: Tx, of: Of): Promise<Set<string>> =>
  idsOf(await tx.$queryRaw<{ id: string }[]>(marketedSql(of.organizationId, of.contactIds, of.now)))

type Of = { organizationId: string; contactIds: string[]; now: Date }
