import { describe, expect, test } from 'vitest'
import { createAiAgent } from '../src/ai-agents/ai-agents.js'
import { type BusinessHours, isOpen } from '../src/ai-agents/business-hours.js'
import { type ClaimedTurn, claimTurn, giveBack, keepAnswer } from '../src/ai-agents/claim.js'
import { engageAgent } from '../src/ai-agents/engage.js'
import { finishTurn } from '../src/ai-agents/finish-turn.js'
import { hasKeyword } from '../src/ai-agents/keywords.js'
import { aiAgentLimits } from '../src/ai-agents/limits.js'
import { replyText } from '../src/ai-agents/prompt.js'
import { reencryptApiKeys } from '../src/ai-agents/reencrypt.js'
import { openApiKey } from '../src/ai-agents/secret-store.js'
import { newId } from '../src/core/ids.js'
import { createRetention } from '../src/retention/retention.js'
import { createSecretBox } from '../src/secrets/secret-box.js'
import { onEveryStore } from './support/event-log.js'
import { type OwnContext, ownContext } from './support/own-context.js'

describe('a keyword', () => {
  test.each([
    ['I want a REFUND!', ['refund'], true],
    ['refunds', ['refund'], false],
    ['no, real  person please', ['real person'], true],
    ['really, person', ['real person'], false],
    ['ÖFFNUNGSZEITEN?', ['öffnungszeiten'], true],
    ['मदद चाहिए', ['मदद'], true],
    ['', ['refund'], false],
    ['anything', [], false],
  ])('in %j of %j: %j', (text, keywords, has) => {
    expect(hasKeyword(text, keywords)).toBe(has)
  })
})

describe('business hours', () => {
  const hours: BusinessHours = {
    timeZone: 'Asia/Kolkata',
    days: [
      { day: 'MONDAY', from: '09:00', to: '18:30' },
      { day: 'TUESDAY', from: '22:00', to: '24:00' },
      { day: 'WEDNESDAY', from: '00:00', to: '02:00' },
    ],
  }
  test.each([
    ['2026-11-30T03:29:59Z', false],
    ['2026-11-30T03:30:00Z', true],
    ['2026-11-30T12:59:59Z', true],
    ['2026-11-30T13:00:00Z', false],
    ['2026-12-01T18:29:00Z', true],
    ['2026-12-01T18:30:00Z', true],
    ['2026-12-01T20:30:00Z', false],
    ['2026-12-05T06:00:00Z', false],
  ])('at %s: %j', (at, open) => {
    expect(isOpen(hours, new Date(at))).toBe(open)
    expect(isOpen(null, new Date(at))).toBe(true)
  })

  test('follow the clocks of their zone over a change', () => {
    const sunday: BusinessHours = {
      timeZone: 'America/New_York',
      days: [{ day: 'SUNDAY', from: '09:00', to: '10:00' }],
    }
    expect(isOpen(sunday, new Date('2026-10-25T13:30:00Z'))).toBe(true)
    expect(isOpen(sunday, new Date('2026-11-01T13:30:00Z'))).toBe(false)
    expect(isOpen(sunday, new Date('2026-11-01T14:30:00Z'))).toBe(true)
  })
})

test('a reply is what WhatsApp takes: trimmed, cut, well-formed, or none', () => {
  expect(replyText(' Hello\u0000 ')).toBe('Hello')
  expect(replyText(' \n\u0000')).toBe(null)
  const cut = replyText(`${'x'.repeat(aiAgentLimits.replyCharacters - 1)}😀`)
  expect(cut).toHaveLength(aiAgentLimits.replyCharacters)
  expect(cut?.isWellFormed()).toBe(true)
})

/** An agent, and a customer in a conversation who writes so many messages, each with its turn. */
async function turns(ctx: OwnContext, count: number): Promise<{ agentId: string; conversationId: string }> {
  const { organizationId } = ctx.actor
  const { prisma } = ctx.database
  const agent = await createAiAgent(ctx, {
    name: 'A',
    task: 'FAQ',
    prompt: 'Help.',
    provider: 'CUSTOM',
    baseUrl: 'https://192.0.9.1/v1',
    apiKey: 'sk-1',
    model: 'm',
    active: true,
  })
  const [contactId, conversationId, connectionId] = [
    newId('Contact'),
    newId('Conversation'),
    newId('WhatsAppConnection'),
  ]
  const number = { phoneNumberId: connectionId, businessAccountId: connectionId, source: 'STORED' as const }
  await prisma.whatsAppConnection.create({ data: { organizationId, id: connectionId, ...number } })
  const contact = await prisma.contact.create({ data: { organizationId, id: contactId, optedIn: true } })
  const of = { organizationId, contactId }
  await prisma.conversation.create({
    data: { ...of, id: conversationId, connectionId, lastActivityAt: ctx.clock.now() },
  })
  const content = { direction: 'INBOUND' as const, type: 'TEXT' as const, status: 'RECEIVED' as const, content: {} }
  for (let n = 0; n < count; n++) {
    await ctx.database.transaction(async (tx) => {
      const message = await tx.message.create({ data: { ...of, id: newId('Message'), conversationId, ...content } })
      const conversation = await tx.conversation.findFirstOrThrow({ where: { organizationId, id: conversationId } })
      await engageAgent(ctx, tx, { conversation, contact, message })
      // The same message again, as after a crash of the ingress: it has its turn already.
      await engageAgent(ctx, tx, { conversation, contact, message })
    })
  }
  return { agentId: agent.id, conversationId }
}

onEveryStore('turns of AI agents', (database) => {
  /** Of this test alone: others leave none due. */
  async function next(ctx: OwnContext): Promise<ClaimedTurn> {
    const turn = await claimTurn(ctx, [])
    if (!turn || turn.organizationId !== ctx.actor.organizationId) throw new Error('no turn is due')
    return turn
  }
  const rows = (ctx: OwnContext) =>
    ctx.database.prisma.agentTurn.findMany({
      where: { organizationId: ctx.actor.organizationId },
      orderBy: { id: 'asc' },
    })
  const answered = { status: 'ANSWERED', reason: null } as const

  test('are one at a time of a conversation, in the hands of one server; what waits is answered together', async () => {
    const ctx = await ownContext(database(), 'http://127.0.0.1:9')
    await turns(ctx, 3)
    expect(await rows(ctx)).toHaveLength(3)
    const first = await next(ctx)
    expect(await claimTurn(ctx, [])).toBe(null)
    await finishTurn(ctx, first, answered)
    const last = await next(ctx)
    expect((await rows(ctx)).map(({ status }) => status)).toEqual(['ANSWERED', 'MERGED', 'PENDING'])
    await finishTurn(ctx, last, answered)
    expect(await claimTurn(ctx, [])).toBe(null)
    const [conversation] = await ctx.database.prisma.conversation.findMany({
      where: { organizationId: first.organizationId },
    })
    expect(conversation).toMatchObject({ agentTurns: 2, status: 'AI_ACTIVE' })
  })

  test('whose server died are taken over, with the answer that was kept; the dead one changes nothing any more', async () => {
    const ctx = await ownContext(database(), 'http://127.0.0.1:9')
    await turns(ctx, 1)
    const dead = await next(ctx)
    const kept = await keepAnswer(ctx, dead, { text: 'Hello', handOver: false })
    ctx.advance(aiAgentLimits.leaseMs)
    const heir = await next(ctx)
    expect(heir).toMatchObject({ id: dead.id, attempts: 2, answer: { text: 'Hello', handOver: false } })
    if (!kept) throw new Error('not kept')
    for (const late of [dead, kept]) {
      expect(await keepAnswer(ctx, late, { text: 'Other', handOver: false })).toBe(null)
      await giveBack(ctx, late)
      await finishTurn(ctx, late, { status: 'HANDED_OVER', reason: 'late' })
    }
    expect(await rows(ctx)).toMatchObject([{ status: 'PENDING', answer: { text: 'Hello' }, attempts: 2 }])
    await finishTurn(ctx, heir, answered)
    await finishTurn(ctx, heir, answered)
    const [conversation] = await ctx.database.prisma.conversation.findMany({
      where: { organizationId: dead.organizationId },
    })
    expect(conversation?.agentTurns).toBe(1)
    ctx.advance(31 * 24 * 3_600_000)
    await createRetention(ctx)()
    expect(await rows(ctx)).toEqual([])
  })

  test('of an agent that is busy are left, and those of others are taken', async () => {
    const [ctx, other] = [
      await ownContext(database(), 'http://127.0.0.1:9'),
      await ownContext(database(), 'http://127.0.0.1:9'),
    ]
    const { agentId } = await turns(ctx, 1)
    await turns(other, 1)
    const turn = await claimTurn(other, [agentId])
    expect(turn?.organizationId).toBe(other.actor.organizationId)
    expect(await claimTurn(other, [agentId])).toBe(null)
    if (turn) await finishTurn(other, turn, answered)
    await finishTurn(ctx, await next(ctx), { status: 'CANCELLED', reason: null })
  })

  test('use the same key after it was encrypted with another one', async () => {
    const ctx = await ownContext(database(), 'http://127.0.0.1:9')
    const { agentId } = await turns(ctx, 0)
    const newKey = { id: 'new', key: new Uint8Array(32).fill(9) }
    const rotated = { ...ctx, secrets: createSecretBox([newKey, { id: 'test', key: new Uint8Array(32) }]) }
    expect((await reencryptApiKeys(rotated)).unreadable).not.toContain(agentId)
    const agent = await ctx.database.prisma.aiAgent.findFirstOrThrow({ where: { id: agentId } })
    const withNewKey = { ...ctx, secrets: createSecretBox([newKey]) }
    expect(openApiKey(withNewKey, agentId, agent.apiKey ?? new Uint8Array())).toBe('sk-1')
    expect(await reencryptApiKeys(rotated)).toMatchObject({ changed: 0 })
  })
})
