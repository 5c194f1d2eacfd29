import type { ActorContext } from '../context.js'
import { DomainError, notFound } from '../core/errors.js'
import { isId } from '../core/ids.js'
import type { Message } from '../generated/prisma/client.js'
import { lockMessages } from './locked-messages.js'
import { isWamid } from './messages.js'
import type { MessageError } from './refusal.js'

/**
 * Takes back a scheduled message that has not begun to go out; done twice, it is the same. `id`: ours, or WhatsApp's.
 * @throws NOT_FOUND, CONFLICT where it was not scheduled, or has begun or failed.
 */
export async function cancelScheduledMessage(ctx: ActorContext, { id }: { id: string }): Promise<Message> {
  const { organizationId } = ctx.actor
  if (!isId('Message', id) && !isWamid(id)) throw notFound('message')
  return ctx.database.transaction(async (tx) => {
    const messages = await lockMessages(ctx, tx, [{ organizationId, ...(isWamid(id) ? { wamid: id } : { id }) }])
    const message = isWamid(id) ? messages.getByWamid(organizationId, id) : messages.get({ organizationId, id })
    if (!message) throw notFound('message')
    if (isCancelled(message)) return message
    if (message.startsAt === null) throw new DomainError('CONFLICT', reasonAgainst(message))
    const now = ctx.clock.now()
    const error = { code: null, title: 'It was cancelled.', details: null, reason: 'CANCELLED' } as const
    const cancelled = messages.change(message, { status: 'FAILED', failedAt: now, error, startsAt: null })
    messages.tell('message.failed', cancelled, now)
    await messages.write()
    return cancelled
  })
}

const isCancelled = (message: Message): boolean => (message.error as MessageError | null)?.reason === 'CANCELLED'

function reasonAgainst({ scheduledAt, status }: Message): string {
  if (scheduledAt === null) return 'This message was not scheduled.'
  return status === 'FAILED' ? 'This message has failed already.' : 'This message has begun to go out.'
}
