import type { ActorContext, Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { DomainError } from '../core/errors.js'
import { rowKey } from '../database/client.js'
import type { AiAgent, Conversation, Message } from '../generated/prisma/client.js'
import { sendMessage } from '../messages/send.js'
import { askModel } from './chat.js'
import { type ClaimedTurn, type Ending, giveBack, keepAnswer, putOff } from './claim.js'
import { finishTurn } from './finish-turn.js'
import { aiAgentLimits } from './limits.js'
import { chatOf, systemPrompt } from './prompt.js'

/** Waits after the first failure, the second, ...; then a person gets the conversation. A customer waits meanwhile. */
const retryWaitsMs = [secondsMs(1), secondsMs(3), secondsMs(9)]
/** No provider puts an answer off for longer. */
const maxRetryAfterMs = secondsMs(30)
/** A turn whose server dies each time ends too. */
const maxAttempts = 8

type Facts = {
  agent: AiAgent
  conversation: Conversation
  message: Message
  organization: ActorContext['actor']['organization']
}

/**
 * Answers one message: asks the model, keeps its answer, sends it under a key of the message's, and ends the turn. A
 * crash anywhere leaves a row that says where. What cannot be answered goes to a person.
 */
export async function runTurn(ctx: Context, claimed: ClaimedTurn, signal: AbortSignal): Promise<void> {
  const facts = await readFacts(ctx, claimed)
  if (!facts) return
  // What was begun to be sent is looked at again: it may have gone out.
  const ending = claimed.answer === null ? await endingInstead(ctx, claimed, facts) : null
  if (ending) return finishTurn(ctx, claimed, ending)
  const turn = claimed.answer === null ? await askedTurn(ctx, claimed, facts, signal) : claimed
  if (!turn?.answer) return
  const { text, handOver } = turn.answer
  if (text === null) return finishTurn(ctx, turn, { status: 'HANDED_OVER', reason: calledPerson })
  const unsent = await send(ctx, turn, facts, text)
  if (unsent === 'later') return putOff(ctx, turn, secondsMs(2), 'The answer is being sent.')
  if (unsent !== null) return finishTurn(ctx, turn, { status: 'HANDED_OVER', reason: unsent })
  await finishTurn(ctx, turn, { status: 'ANSWERED', reason: handOver ? calledPerson : null })
}

const calledPerson = 'The AI agent called a person.'

/** The turn with the model's answer; null where it has none (yet): then it was put off, given back or ended. */
async function askedTurn(
  ctx: Context,
  turn: ClaimedTurn,
  { agent, message, organization }: Facts,
  signal: AbortSignal,
): Promise<ClaimedTurn | null> {
  const history = await historyOf(ctx, message)
  const system = { role: 'system' as const, content: systemPrompt(agent, organization.name) }
  const answer = await askModel(ctx, agent, [system, ...chatOf([...history, message])], signal)
  if (answer === null) await giveBack(ctx, turn)
  else if (!('failure' in answer)) return keepAnswer(ctx, turn, answer)
  else {
    const waitMs = answer.mayPass ? retryWaitsMs[turn.attempts - 1] : undefined
    ctx.logger.warn(
      { aiAgentId: agent.id, attempts: turn.attempts, reason: answer.failure },
      'an AI agent had no answer',
    )
    if (waitMs === undefined) await finishTurn(ctx, turn, { status: 'HANDED_OVER', reason: answer.failure })
    else await putOff(ctx, turn, Math.max(waitMs, Math.min(answer.retryAfterMs ?? 0, maxRetryAfterMs)), answer.failure)
  }
  return null
}

/**
 * What was said before a message, oldest first, and what of ours has gone out since. What the customer wrote later has
 * a turn of its own.
 */
async function historyOf(ctx: Context, { organizationId, conversationId, id }: Message) {
  const newest = await ctx.database.prisma.message.findMany({
    where: {
      organizationId,
      conversationId,
      status: { not: 'FAILED' },
      OR: [{ id: { lt: id } }, { id: { gt: id }, direction: 'OUTBOUND' }],
    },
    orderBy: { id: 'desc' },
    take: aiAgentLimits.historyMessages,
    select: { direction: true, type: true, text: true },
  })
  return newest.reverse()
}

async function readFacts(ctx: Context, turn: ClaimedTurn): Promise<Facts | null> {
  const { organizationId, agentId, conversationId, messageId } = turn
  const key = (id: string) => ({ where: rowKey({ organizationId, id }) })
  const { prisma } = ctx.database
  const [agent, conversation, message, organization] = await Promise.all([
    prisma.aiAgent.findUnique(key(agentId)),
    prisma.conversation.findUnique(key(conversationId)),
    prisma.message.findUnique(key(messageId)),
    prisma.organization.findUnique({ where: { id: organizationId } }),
  ])
  return agent && conversation && message && organization ? { agent, conversation, message, organization } : null
}

/** How the turn ends without the model being asked; null where it is to be. The send looks again, with the rows locked. */
async function endingInstead(
  ctx: Context,
  { attempts }: ClaimedTurn,
  { agent, conversation, message }: Facts,
): Promise<Ending | null> {
  const cancelled = (reason: string): Ending => ({ status: 'CANCELLED', reason })
  if (!agent.active || conversation.aiAgentId !== agent.id) return cancelled('The AI agent has it no longer.')
  const { organizationId, id, conversationId } = message
  const later = { organizationId, conversationId }
  const answered = await ctx.database.prisma.message.count({
    where: { ...later, id: { gt: id }, direction: 'OUTBOUND', aiAgentId: null, type: { not: 'TEMPLATE' } },
  })
  if (answered > 0) return cancelled('Somebody has answered already.')
  const waiting = await ctx.database.prisma.agentTurn.count({
    where: { ...later, messageId: { gt: id }, status: 'PENDING' },
  })
  if (waiting > 0) return { status: 'MERGED', reason: null }
  return attempts > maxAttempts ? { status: 'HANDED_OVER', reason: 'The AI agent failed again and again.' } : null
}

/** Null: sent. "later": another attempt is under way. Else why it cannot be sent. */
async function send(ctx: Context, turn: ClaimedTurn, facts: Facts, text: string): Promise<'later' | string | null> {
  const { agent, message, organization } = facts
  const key = { id: agent.id, name: agent.name, expiresAt: null }
  const actor = { organizationId: organization.id, organization, key, scopes: new Set(['messages:send'] as const) }
  try {
    await sendMessage(
      { ...ctx, actor },
      {
        to: message.contactId,
        content: { type: 'text', text },
        idempotencyKey: `ai-agent:${turn.messageId}`,
        aiAgent: { id: agent.id, conversationId: message.conversationId },
      },
    )
    return null
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'CONFLICT' && error.retryAfter !== undefined) return 'later'
    return `The answer could not be sent: ${error.message}`
  }
}
