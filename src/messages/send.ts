import type { ActorContext } from '../context.js'
import { createTurns } from '../core/turns.js'
import type { Message } from '../generated/prisma/client.js'
import { limitError } from '../limits/verdict.js'
import { checkTemplate } from '../templates/before-send.js'
import { attemptSend } from './attempt.js'
import { type Answer, type Claim, claimedAnswer, findClaim, firstAnswer, KeyTaken } from './idempotency.js'
import { withMedia } from './outbound-media.js'
import { checkConsent, checkWindow, findRecipient, limitKeyOf } from './recipient.js'
import { refusalOf } from './refusal.js'
import { checkSchedule } from './schedule.js'
import { type CheckedSend, checkSend, type SendInput } from './send-input.js'
import { storeOutbound } from './store-outbound.js'

export type { SendInput } from './send-input.js'

export type SendResult = { message: Message; replayed: boolean }

/**
 * Sends a message (contract, section 6). Stored before anything leaves; resolves when WhatsApp has answered, or after
 * 5 seconds with the message still QUEUED; with `scheduledAt` as soon as it is stored. The checks stand in the contract's order.
 * @throws BAD_REQUEST, CONFLICT, NOT_FOUND, OPT_IN_REQUIRED, WINDOW_CLOSED, RATE_LIMITED; and what WhatsApp's refusal
 * becomes, with the `id` of the stored message.
 */
export async function sendMessage(ctx: ActorContext, input: SendInput): Promise<SendResult> {
  const send = checkSend(input)
  const { idempotencyKey } = send
  const turn = idempotencyKey === null ? null : `${ctx.actor.organizationId}:${idempotencyKey}`
  const taken = await inTurn(turn, () => takeIn(ctx, send))
  if ('claim' in taken) return { message: orThrow(await claimedAnswer(ctx, taken.claim), true), replayed: true }
  const { stored } = taken
  const attempt = stored.startsAt === null ? attemptSend(ctx, stored) : Promise.resolve(waiting(stored))
  const answer = await firstAnswer(ctx, stored, attempt, idempotencyKey)
  return { message: orThrow(answer), replayed: false }
}

const waiting = (message: Message) => ({ message, refused: false })

/**
 * Repeats that come while the first is being checked wait for its claim: checked beside it, they would take up the
 * recipient limit and be refused in place of the answer that they are to repeat.
 */
const inTurn = createTurns()

/** Every check, and the store; or the claim of the request that came with the same key before. */
async function takeIn(ctx: ActorContext, send: CheckedSend): Promise<{ claim: Claim } | { stored: Message }> {
  const claim = await findClaim(ctx, send)
  if (claim) return { claim }
  checkSchedule(ctx, send.scheduledAt)
  const recipient = await findRecipient(ctx, send.to, send.aiAgent?.conversationId)
  await checkTemplate(ctx, send.content, recipient.conversation?.connectionId ?? null)
  checkConsent(ctx, recipient.contact)
  const store = () => withMedia(ctx, send, (ready) => storeOutbound(ctx, ready, recipient))
  // The window and the recipient limit that count are those of the moment when it goes out.
  if (send.scheduledAt !== null) return storedOrTaken(ctx, send, store)
  checkWindow(ctx, recipient, send.content)
  const limitKey = limitKeyOf(send.to, recipient)
  const verdict = await ctx.limits.sends.consume(ctx.actor.organizationId, limitKey)
  if (verdict && !verdict.allowed) {
    const taken = await findClaim(ctx, send)
    if (taken) return { claim: taken }
    throw limitError(verdict)
  }
  return storedOrTaken(ctx, send, store, async () => {
    await ctx.limits.sends.giveBack(ctx.actor.organizationId, limitKey)
  })
}

/** Stores it; or, where its key was claimed meanwhile, answers that claim. `undo` runs where it was not stored. */
async function storedOrTaken(
  ctx: ActorContext,
  send: CheckedSend,
  store: () => Promise<Message>,
  undo: () => Promise<void> = async () => undefined,
): Promise<{ claim: Claim } | { stored: Message }> {
  try {
    return { stored: await store() }
  } catch (error) {
    await undo()
    const taken = error instanceof KeyTaken ? await findClaim(ctx, send) : null
    if (taken) return { claim: taken }
    throw error
  }
}

function orThrow({ message, refused }: Answer, replayed = false): Message {
  if (refused) throw refusalOf(message, { replayed })
  return message
}
