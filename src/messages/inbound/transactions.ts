import type { Context } from '../../context.js'
import { isUniqueViolation, type Tx } from '../../database/client.js'

const triesAgainstRaces = 4

/** Two deliveries may make the same contact, conversation or message at once: the next try finds it. */
export async function withRetries(ctx: Context, run: (tx: Tx) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await ctx.database.transaction(run)
    } catch (error) {
      if (!isUniqueViolation(error) || tries >= triesAgainstRaces) throw error
    }
  }
}

/** When WhatsApp says that something happened; our own clock where it gives no time, or one that has not come yet. */
export const notBeyond = (now: Date, said: Date | null): Date => (said === null || said > now ? now : said)
