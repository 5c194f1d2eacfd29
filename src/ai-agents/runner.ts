import type { Context } from '../context.js'
import { type ClaimedTurn, claimTurn, giveBack } from './claim.js'
import { aiAgentLimits } from './limits.js'
import { runTurn } from './run-turn.js'

/** Takes the turns of AI agents: at once where one comes in here, and whatever is due with each `sweep`. */
export type AgentRunner = {
  sweep(): Promise<void>
  /** Begins nothing more. What is under way ends in `ctx.background`, or is given back after two seconds. */
  stop(): void
}

/** The row is its own job. Of each agent a few at most, so that one whose provider hangs holds up itself alone. */
export function createAgentRunner(ctx: Context): AgentRunner {
  const { atOnce, stopGraceMs } = aiAgentLimits
  const running = new Map<string, number>()
  let working = 0
  let looking = false
  let again = false
  let stopped = false
  const breakOff = new AbortController()

  const busy = () => [...running].flatMap(([agentId, count]) => (count >= atOnce.ofOneAgent ? [agentId] : []))

  function count(agentId: string, by: 1 | -1): void {
    working += by
    const now = (running.get(agentId) ?? 0) + by
    if (now > 0) running.set(agentId, now)
    else running.delete(agentId)
  }

  function begin(turn: ClaimedTurn): void {
    count(turn.agentId, 1)
    ctx.background.run('answer by an AI agent', async () => {
      try {
        await runTurn(ctx, turn, breakOff.signal)
      } finally {
        count(turn.agentId, -1)
        wake()
      }
    })
  }

  async function sweep(): Promise<void> {
    again = true
    if (looking) return
    looking = true
    try {
      while (again && !stopped) {
        again = false
        for (let turn = await next(); turn; turn = await next()) begin(turn)
      }
    } finally {
      looking = false
    }
  }

  async function next(): Promise<ClaimedTurn | null> {
    if (stopped || working >= atOnce.allTogether) return null
    const turn = await claimTurn(ctx, busy())
    if (!turn || !stopped) return turn
    await giveBack(ctx, turn)
    return null
  }

  const wake = () => {
    if (!stopped) ctx.background.run('look for turns of AI agents', sweep)
  }
  ctx.agentTurnsDue.on(wake)

  return {
    sweep,
    stop() {
      stopped = true
      setTimeout(() => breakOff.abort(), stopGraceMs).unref()
    },
  }
}
