import type { Context } from '../../context.js'
import { minutesMs } from '../../core/clock.js'
import { broadcastLimits } from '../limits.js'
import type { Key } from './lease.js'

/** Tells a spike of people who no longer want to be written to, which is how blocking shows before WhatsApp acts on it. */
export type OptOutWatch = {
  /** Looks at what was recorded since the last look; why the broadcast should stop, or null. */
  look(writtenTo: number): Promise<string | null>
}

/** A record's id is given out before its transaction ends, which is bound to be sooner than this. */
const settledAfterMs = minutesMs(1)

/**
 * Counts the recipients of a broadcast who have got their message and opted out since the watch began: by STOP, by
 * stopping marketing in WhatsApp, or by what WhatsApp answers of them. The log of consent is read on from where the last
 * look ended, so that each look is as short as what is new; the last minute is read again, as a record with a smaller id
 * may have been committed after one with a larger.
 */
export async function watchOptOuts(ctx: Context, { organizationId, id }: Key): Promise<OptOutWatch> {
  const [start] = await ctx.database.query<{ last: string }>(
    'SELECT COALESCE(max(id), 0)::text AS last FROM "ConsentRecord" WHERE "organizationId" = $1',
    [organizationId],
  )
  let settled = start?.last ?? '0'
  const gone = new Set<string>()

  return {
    async look(writtenTo) {
      const settledBefore = new Date(ctx.clock.now().getTime() - settledAfterMs)
      const [found] = await ctx.database.query<{ settled: string | null; gone: string[] }>(
        `SELECT max(c.id) FILTER (WHERE c."createdAt" < $4)::text AS settled,
           COALESCE(array_agg(c."contactId") FILTER (WHERE c."optedIn" IS FALSE AND r.state = 'MESSAGED'), '{}') AS gone
         FROM "ConsentRecord" AS c
         LEFT JOIN "BroadcastRecipient" AS r ON r."organizationId" = c."organizationId" AND r."broadcastId" = $2
           AND r."contactId" = c."contactId"
         WHERE c."organizationId" = $1 AND c.id > $3::bigint`,
        [organizationId, id, settled, settledBefore],
      )
      settled = found?.settled ?? settled
      for (const contactId of found?.gone ?? []) gone.add(contactId)
      const { atLeast, share } = broadcastLimits.optOuts
      if (gone.size < atLeast || gone.size < writtenTo * share) return null
      return `${gone.size} of ${writtenTo} recipients have opted out since it went on. Look at the audience and the template before resuming.`
    },
  }
}
