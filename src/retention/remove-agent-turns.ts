import type { Context } from '../context.js'
import { removeRows } from './in-batches.js'

const ended = {
  table: 'AgentTurn',
  key: ['organizationId', 'id'],
  old: 'SELECT "organizationId", id FROM "AgentTurn" WHERE "finishedAt" < $1 ORDER BY "finishedAt"',
}

/** Removes the turns of AI agents that ended before a time. Their messages stay, and none is ever given a second turn. */
export const removeAgentTurns = (ctx: Context, before: Date): Promise<void> => removeRows(ctx, ended, before)
