import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, inbound, refusal } from '../support/graph.js'
import { randomSource } from '../support/random.js'
import { type Rows, withRows } from '../support/rows.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const counts = 'sent delivered read failed received'
const durations = '{ count meanSeconds medianSeconds }'
const query = `query ($from: DateTime, $to: DateTime, $timeZone: String) {
  analytics(from: $from, to: $to, timeZone: $timeZone) {
    from to timeZone ${counts} deliveryRate readRate conversations answered responseRate
    firstResponse ${durations} resolution ${durations}
    byDay { date ${counts} } byHour { hour ${counts} }
    byMember { memberId conversations answered firstResponse ${durations} resolution ${durations} }
  }
}`

type Message = {
  conversation: number
  direction: 'INBOUND' | 'OUTBOUND'
  type: string
  status: string
  createdAt: Date
  sentAt: Date | null
}
type Resolution = { conversation: number; openedAt: Date; resolvedAt: Date; memberId: string | null }
type World = { messages: Message[]; resolutions: Resolution[]; assignees: (string | null)[] }

const hourMs = 3_600_000
/** Between two changes of the clocks in New York, and over one of them. */
const begin = Date.parse('2026-10-20T00:00:00Z')
const spanMs = 20 * 24 * hourMs

/** Some weeks of a small team, by chance; many messages at round times, so that ends and ties are met. */
function chance(random: () => number, members: string[]): World {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const time = () => new Date(begin + Math.floor((random() * spanMs) / (hourMs / 4)) * (hourMs / 4))
  const conversations = 25
  const messages = Array.from({ length: 600 }, (): Message => {
    const direction = pick(['INBOUND', 'OUTBOUND'] as const)
    const status =
      direction === 'INBOUND' ? 'READ' : pick(['QUEUED', 'SENT', 'DELIVERED', 'READ', 'READ', 'FAILED', 'UNKNOWN'])
    const createdAt = time()
    return {
      conversation: Math.floor(random() * conversations),
      direction,
      type: pick(['TEXT', 'TEXT', 'TEXT', 'IMAGE', 'TEMPLATE', 'REACTION', 'SYSTEM']),
      status,
      createdAt,
      sentAt: status === 'QUEUED' || random() < 0.3 ? null : createdAt,
    }
  })
  const resolutions = Array.from({ length: 40 }, (): Resolution => {
    const resolvedAt = time()
    const openedAt = new Date(resolvedAt.getTime() - Math.floor(random() * 72 * hourMs))
    return {
      conversation: Math.floor(random() * conversations),
      openedAt,
      resolvedAt,
      memberId: pick([...members, null]),
    }
  })
  return { messages, resolutions, assignees: Array.from({ length: conversations }, () => pick([...members, null])) }
}

async function store(rows: Rows, world: World): Promise<void> {
  const organizationId = await rows.organizationId('demo')
  const conversations: { id: string; contactId: string }[] = []
  for (const assignedToId of world.assignees) {
    const status = assignedToId === null ? 'OPEN' : 'ASSIGNED'
    conversations.push(await rows.conversation(organizationId, { assignedToId, status }))
  }
  const at = (n: number) => conversations[n] as { id: string; contactId: string }
  for (const { conversation, ...message } of world.messages) {
    const { id: conversationId, contactId } = at(conversation)
    await rows.message({ organizationId, conversationId, contactId }, message)
  }
  for (const { conversation, ...resolution } of world.resolutions) {
    await rows.insert('ConversationResolution', { organizationId, conversationId: at(conversation).id, ...resolution })
  }
}

type Period = { from: Date; to: Date; timeZone: string }

/** The same by counting one message after the other, from the definitions alone. */
function bruteForce(world: World, { from, to, timeZone }: Period) {
  const inPeriod = (time: Date) => time >= from && time < to
  const written = world.messages.filter(
    ({ createdAt, type }) => inPeriod(createdAt) && !['REACTION', 'SYSTEM'].includes(type),
  )
  const countsOf = (messages: Message[]) => {
    const ours = messages.filter(({ direction }) => direction === 'OUTBOUND')
    const with_ = (...statuses: string[]) => ours.filter(({ status }) => statuses.includes(status)).length
    return {
      sent: ours.filter(({ sentAt, status }) => sentAt !== null || ['SENT', 'DELIVERED', 'READ'].includes(status))
        .length,
      delivered: with_('DELIVERED', 'READ'),
      read: with_('READ'),
      failed: with_('FAILED'),
      received: messages.length - ours.length,
    }
  }
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' } as const
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts })
  const local = (time: Date) => {
    const [date = '', hour = ''] = clock.format(time).split(' ')
    return { date, hour: Number(hour) }
  }
  const placed = written.map((message) => ({ message, ...local(message.createdAt) }))
  const countsWhere = (is: (of: { date: string; hour: number }) => boolean) =>
    countsOf(placed.filter(is).map(({ message }) => message))
  const durationsOf = (seconds: number[]) => {
    const sorted = seconds.toSorted((a, b) => a - b)
    const middle = (sorted.length - 1) / 2
    const [low = 0, high = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
    const none = seconds.length === 0
    return {
      count: seconds.length,
      meanSeconds: none ? null : expect.closeTo(seconds.reduce((a, b) => a + b, 0) / seconds.length, 3),
      medianSeconds: none ? null : expect.closeTo((low + high) / 2, 3),
    }
  }
  const secondsBetween = (a: Date, b: Date) => (b.getTime() - a.getTime()) / 1000
  const waits = world.assignees.flatMap((memberId, conversation) => {
    const times = (direction: string) =>
      written
        .filter(
          (m) =>
            m.conversation === conversation &&
            m.direction === direction &&
            (direction === 'INBOUND' || m.status !== 'FAILED'),
        )
        .map(({ createdAt }) => createdAt)
        .sort((a, b) => a.getTime() - b.getTime())
    const [asked] = times('INBOUND')
    if (!asked) return []
    const answered = times('OUTBOUND').find((time) => time > asked)
    return [{ memberId, seconds: answered ? secondsBetween(asked, answered) : null }]
  })
  const conversationsOf = (some: typeof waits) => {
    const seconds = some.flatMap((wait) => wait.seconds ?? [])
    return { conversations: some.length, answered: seconds.length, firstResponse: durationsOf(seconds) }
  }
  const resolutionOf = (is: (memberId: string | null) => boolean) =>
    durationsOf(
      world.resolutions
        .filter(({ resolvedAt, memberId }) => inPeriod(resolvedAt) && is(memberId))
        .map(({ openedAt, resolvedAt }) => secondsBetween(openedAt, resolvedAt)),
    )
  const dates = new Set<string>()
  for (let ms = from.getTime(); ms < to.getTime(); ms += hourMs / 4) dates.add(local(new Date(ms)).date)
  const members = [...waits, ...world.resolutions.filter(({ resolvedAt }) => inPeriod(resolvedAt))]
  const memberIds = [...new Set(members.flatMap(({ memberId }) => memberId ?? []))].sort()
  const totals = countsOf(written)
  const all = conversationsOf(waits)
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    timeZone,
    ...totals,
    deliveryRate: totals.sent === 0 ? null : totals.delivered / totals.sent,
    readRate: totals.delivered === 0 ? null : totals.read / totals.delivered,
    ...all,
    responseRate: all.conversations === 0 ? null : all.answered / all.conversations,
    resolution: resolutionOf(() => true),
    byDay: [...dates].map((date) => ({ date, ...countsWhere((of) => of.date === date) })),
    byHour: Array.from({ length: 24 }, (_, hour) => ({ hour, ...countsWhere((of) => of.hour === hour) })),
    byMember: memberIds.map((memberId) => ({
      memberId,
      ...conversationsOf(waits.filter((wait) => wait.memberId === memberId)),
      resolution: resolutionOf((id) => id === memberId),
    })),
  }
}

describeServer('analytics', () => {
  let server: TestServer
  let world: World
  beforeAll(async () => {
    server = await startServer()
    const seed = Date.now() % 1_000_000
    console.log(`analytics by chance: seed ${seed}`)
    await withRows(server, async (rows) => {
      const organizationId = await rows.organizationId('demo')
      const members = [
        await rows.member(organizationId, { name: 'A' }),
        await rows.member(organizationId, { name: 'B' }),
      ]
      world = chance(randomSource(seed), members)
      await store(rows, world)
      // Another organization's messages are nobody's here.
      const { id: rival } = await rows.organization('rival')
      const { id: conversationId, contactId } = await rows.conversation(rival)
      await rows.message({ organizationId: rival, conversationId, contactId }, { createdAt: new Date(begin + hourMs) })
    })
  })
  afterAll(() => server.dispose())

  const analytics = async (variables: object) =>
    (await ask(server, query, variables as Record<string, unknown>)).analytics

  test.each([
    ['everything', 0, spanMs, 'UTC'],
    ['by clocks that change meanwhile', 0, spanMs, 'America/New_York'],
    ['by clocks with three quarters', 3 * hourMs, 50 * hourMs, 'Asia/Kathmandu'],
    ['whose ends cut a day', 30.25 * hourMs, 101.5 * hourMs, 'Asia/Kolkata'],
    ['of one quarter', 48 * hourMs, 48.25 * hourMs, 'UTC'],
    ['in which nothing happened', -50 * hourMs, -26 * hourMs, 'Pacific/Auckland'],
  ])('are what counting one by one gives: %s', async (_name, fromMs, toMs, timeZone) => {
    const period = { from: new Date(begin + fromMs), to: new Date(begin + toMs), timeZone }
    expect(await analytics(period)).toEqual(bruteForce(world, period))
  })

  test('are null, not 0, where there is nothing to be a part of', async () => {
    const nothing = { from: new Date(begin - 50 * hourMs), to: new Date(begin - 26 * hourMs) }
    const none = { count: 0, meanSeconds: null, medianSeconds: null }
    expect(await analytics(nothing)).toMatchObject({
      sent: 0,
      deliveryRate: null,
      readRate: null,
      responseRate: null,
      firstResponse: none,
      resolution: none,
      byMember: [],
    })
  })

  test('are of the last 30 days by default, and show at once what the doors do', async () => {
    const before = await analytics({})
    expect(Date.parse(before.to) - Date.parse(before.from)).toBe(30 * 24 * hourMs)
    const phone = newPhone()
    const { conversationId } = await inbound(server, phone, 'hello')
    await server.rest('POST', '/send', { to: phone, type: 'text', text: 'Good morning' })
    const resolve = 'mutation ($id: ID!) { resolveConversation(input: { id: $id }) { conversation { id } } }'
    await ask(server, resolve, { id: conversationId })
    const after = await analytics({})
    for (const name of ['received', 'sent', 'conversations', 'answered']) expect(after[name]).toBe(before[name] + 1)
    expect(after.resolution.count).toBe(before.resolution.count + 1)
    // Reopened by the customer, it is open from then on.
    await inbound(server, phone, 'one more thing')
    await ask(server, resolve, { id: conversationId })
    expect((await analytics({})).resolution.count).toBe(before.resolution.count + 2)
  })

  test.each([
    [{ from: '2026-11-02T00:00:00Z', to: '2026-11-02T00:00:00Z' }, 'to'],
    [{ from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'from'],
    [{ timeZone: 'Nowhere/Else' }, 'timeZone'],
    [{ timeZone: '+05:30' }, 'timeZone'],
  ])('of %j are refused, naming %s', async (variables, path) => {
    expect(await refusal(server, query, variables)).toMatchObject({ code: 'BAD_REQUEST', details: [{ path }] })
  })
})
