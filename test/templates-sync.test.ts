import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { minutesMs, secondsMs } from '../src/core/clock.js'
import { newId } from '../src/core/ids.js'
import { accountOf } from '../src/templates/account.js'
import { checkTemplate } from '../src/templates/before-send.js'
import { receiveTemplateNews } from '../src/templates/news.js'
import { createTemplateRefresh, syncTemplates } from '../src/templates/sync.js'
import { listTemplates, syncOrganizationTemplates } from '../src/templates/templates.js'
import { onEveryStore } from './support/event-log.js'
import { type OwnContext, ownContext } from './support/own-context.js'
import { eventually } from './support/wait.js'
import { afterTest, serve } from './support/whatsapp.js'

type Listed = { name: string; status?: string; text?: string }

/** WhatsApp, as far as it lists templates: what it lists, whether it answers, and how often it was asked. */
async function upstream(listed: Listed[]) {
  const state = { listed, away: false, asked: 0, hold: null as Promise<void> | null }
  const url = await serve(async (req, res) => {
    if (!req.url?.includes('/message_templates')) {
      res.writeHead(404).end()
      return
    }
    state.asked++
    // What is listed is what it was when it was asked for.
    const data = state.listed.map(({ name, status = 'APPROVED', text = 'Hi' }, index) => ({
      id: String(index + 1),
      name,
      language: 'en',
      status,
      category: 'UTILITY',
      components: [{ type: 'BODY', text }],
    }))
    await state.hold
    if (state.away) res.writeHead(503).end('away')
    else res.end(JSON.stringify({ data }))
  })
  return Object.assign(state, { url })
}

async function connect(ctx: OwnContext): Promise<{ id: string; businessAccountId: string }> {
  const id = newId('WhatsAppConnection')
  const businessAccountId = String(randomInt(1e12))
  const { organizationId } = ctx.actor
  await ctx.database.prisma.whatsAppConnection.create({
    data: { organizationId, id, phoneNumberId: id, businessAccountId, source: 'ENVIRONMENT', status: 'CONNECTED' },
  })
  // One context has one organization, and the recurring work sees those of all tests of a store.
  afterTest(async () => {
    await ctx.database.prisma.whatsAppConnection.deleteMany({ where: { organizationId } })
  })
  return { id, businessAccountId }
}

const send = (ctx: OwnContext, templateName: string) =>
  checkTemplate(ctx, { type: 'template', templateName, language: 'en' }, null).then(
    () => 'goes out',
    (error: { code?: string; details?: { path: string }[] }) => error.details?.map(({ path }) => path) ?? error,
  )

const stored = async (ctx: OwnContext) =>
  (await listTemplates(ctx, {}, { first: 100 })).rows.map(({ name, status }) => `${name} ${status}`)

let bodies = 0n
/** In a body of its own that came after all before. */
const hear = (ctx: OwnContext, entry: ReturnType<typeof news>) => receiveTemplateNews(ctx, entry, ++bodies)

const news = (businessAccountId: string, name: string, status: string, time: Date | null = null) => ({
  kind: 'template_status' as const,
  businessAccountId,
  templateId: null,
  name,
  language: 'en',
  status,
  category: null,
  quality: null,
  reason: null,
  time,
  raw: {},
})

onEveryStore('the templates of an account', (database) => {
  test('are asked for at connect, every hour, and again when the number was lost and comes back', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    const refresh = createTemplateRefresh(ctx)
    await refresh()
    expect(whatsapp.asked).toBe(0)
    const { id } = await connect(ctx)
    await refresh()
    await refresh()
    expect([whatsapp.asked, await stored(ctx)]).toEqual([1, ['a APPROVED']])
    ctx.advance(minutesMs(60) - 1)
    await refresh()
    expect(whatsapp.asked).toBe(1)
    whatsapp.listed = [{ name: 'b' }, { name: 'a', status: 'PAUSED' }]
    ctx.advance(1)
    await refresh()
    expect([whatsapp.asked, await stored(ctx)]).toEqual([2, ['b APPROVED', 'a PAUSED']])

    const status = (value: 'DISCONNECTED' | 'CONNECTED') =>
      ctx.database.prisma.whatsAppConnection.updateMany({ where: { id }, data: { status: value } })
    await status('DISCONNECTED')
    ctx.advance(minutesMs(2))
    await refresh()
    expect(whatsapp.asked).toBe(2)
    await status('CONNECTED')
    await refresh()
    expect(whatsapp.asked).toBe(3)
  })

  test('are asked for less and less often while WhatsApp is away, and stay as they were', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    const refresh = createTemplateRefresh(ctx)
    await refresh()
    whatsapp.away = true
    ctx.advance(minutesMs(60))
    const gaps: number[] = []
    for (let second = 0, last = 0; gaps.length < 5; second += 5) {
      const before = whatsapp.asked
      await refresh()
      if (whatsapp.asked > before) {
        gaps.push(second - last)
        last = second
      }
      ctx.advance(secondsMs(5))
    }
    expect(gaps).toEqual([0, 15, 30, 60, 120])
    expect(await stored(ctx)).toEqual(['a APPROVED'])
    whatsapp.away = false
    ctx.advance(minutesMs(30))
    const before = whatsapp.asked
    await refresh()
    await refresh()
    expect(whatsapp.asked).toBe(before + 1)
  })

  test('are asked for once by however many at once', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    const { id } = await connect(ctx)
    // By the account, which is at hand: who has it still to read may come when the first has had its answer.
    const connection = await ctx.database.prisma.whatsAppConnection.findFirstOrThrow({ where: { id } })
    const account = accountOf(ctx, connection)
    const counts = await Promise.all(Array.from({ length: 5 }, () => syncTemplates(ctx, account)))
    expect(whatsapp.asked).toBe(1)
    expect(counts).toEqual(Array(5).fill({ added: 1, updated: 0, removed: 0, total: 1 }))
  })

  test('heard of while a list was on its way stay as heard; the next list counts again', async () => {
    const whatsapp = await upstream([{ name: 'a' }, { name: 'b' }])
    const ctx = await ownContext(database(), whatsapp.url)
    const { businessAccountId } = await connect(ctx)
    await syncOrganizationTemplates(ctx, {})
    let release: () => void = () => undefined
    whatsapp.hold = new Promise((resolve) => {
      release = resolve
    })
    ctx.advance(secondsMs(1))
    whatsapp.listed = [{ name: 'a' }]
    const running = syncOrganizationTemplates(ctx, {})
    await eventually(() => whatsapp.asked === 2)
    ctx.advance(secondsMs(1))
    await hear(ctx, news(businessAccountId, 'a', 'PAUSED'))
    await hear(ctx, news(businessAccountId, 'b', 'APPROVED'))
    release()
    expect(await running).toEqual({ added: 0, updated: 0, removed: 0, total: 1 })
    expect((await stored(ctx)).sort()).toEqual(['a PAUSED', 'b APPROVED'])
    ctx.advance(secondsMs(1))
    expect(await syncOrganizationTemplates(ctx, {})).toEqual({ added: 0, updated: 1, removed: 1, total: 1 })
  })

  test('told of by a webhook are asked for when the news have settled, an unknown one at once', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    const { businessAccountId } = await connect(ctx)
    const refresh = createTemplateRefresh(ctx)
    await refresh()
    ctx.advance(minutesMs(5))
    for (let n = 0; n < 3; n++) await hear(ctx, news(businessAccountId, 'a', 'PAUSED'))
    await refresh()
    expect([whatsapp.asked, await stored(ctx)]).toEqual([1, ['a PAUSED']])
    ctx.advance(secondsMs(30))
    await refresh()
    expect([whatsapp.asked, await stored(ctx)]).toEqual([2, ['a APPROVED']])

    ctx.advance(minutesMs(5))
    whatsapp.listed = [{ name: 'new' }, { name: 'a' }]
    await hear(ctx, news(businessAccountId, 'new', 'APPROVED'))
    await refresh()
    expect([whatsapp.asked, await stored(ctx)]).toEqual([3, ['new APPROVED', 'a APPROVED']])
    // Whatever comes, once a minute is the most.
    await hear(ctx, news(businessAccountId, 'newer', 'APPROVED'))
    ctx.advance(minutesMs(1) - 1)
    await refresh()
    expect(whatsapp.asked).toBe(3)
    ctx.advance(1)
    await refresh()
    expect(whatsapp.asked).toBe(4)
  })

  test('are as the latest news say, whatever the order they are worked off in, and without a time by the order they came', async () => {
    const ctx = await ownContext(database(), (await upstream([{ name: 'a' }])).url)
    const { businessAccountId } = await connect(ctx)
    await syncOrganizationTemplates(ctx, {})
    const at = (seconds: number) => new Date(1_781_000_000_000 + seconds * 1000)
    const status = async (delivery: bigint, value: string, time: Date | null) => {
      await receiveTemplateNews(ctx, news(businessAccountId, 'a', value, time), delivery)
      return (await stored(ctx))[0]
    }
    expect(await status(1n, 'PAUSED', null)).toBe('a PAUSED')
    expect(await status(3n, 'APPROVED', null)).toBe('a APPROVED')
    expect(await status(2n, 'PAUSED', null)).toBe('a APPROVED')
    expect(await status(4n, 'DISABLED', at(10))).toBe('a DISABLED')
    expect(await status(5n, 'PAUSED', at(9))).toBe('a DISABLED')
    expect(await status(6n, 'APPROVED', at(10))).toBe('a APPROVED')
    expect(await status(7n, 'DISABLED', at(10.5))).toBe('a DISABLED')
    expect(await status(8n, 'APPROVED', at(11))).toBe('a APPROVED')
    const category = { ...news(businessAccountId, 'a', '', at(8)), status: null, category: 'MARKETING' }
    await receiveTemplateNews(ctx, category, 9n)
    expect((await listTemplates(ctx, {}, { first: 1 })).rows).toMatchObject([
      { status: 'APPROVED', category: 'MARKETING' },
    ])
  })

  test('of another account are not touched by its news', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    await syncOrganizationTemplates(ctx, {})
    await hear(ctx, news('1', 'a', 'PAUSED'))
    expect(await stored(ctx)).toEqual(['a APPROVED'])
  })
})

onEveryStore('a template send', (database) => {
  test('goes out a moment after the approval: what would be refused is held against a fresh list, once a minute', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    await syncOrganizationTemplates(ctx, {})
    ctx.advance(minutesMs(1))
    whatsapp.listed = [{ name: 'new' }, { name: 'a', status: 'PAUSED' }]
    expect(await send(ctx, 'new')).toBe('goes out')
    expect(whatsapp.asked).toBe(2)
    expect(await send(ctx, 'newer')).toEqual(['templateName'])
    whatsapp.listed = [{ name: 'newer' }]
    ctx.advance(minutesMs(1) - 1)
    expect(await send(ctx, 'newer')).toEqual(['templateName'])
    expect(whatsapp.asked).toBe(2)
    ctx.advance(1)
    expect(await send(ctx, 'newer')).toBe('goes out')
    expect(await send(ctx, 'newer')).toBe('goes out')
    expect(whatsapp.asked).toBe(3)
  })

  test('never synced and WhatsApp away: is let through, and WhatsApp is not asked again for every send', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    whatsapp.away = true
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    expect([await send(ctx, 'b'), await send(ctx, 'b'), whatsapp.asked]).toEqual(['goes out', 'goes out', 1])
    whatsapp.away = false
    ctx.advance(minutesMs(1))
    expect([await send(ctx, 'b'), await send(ctx, 'a'), whatsapp.asked]).toEqual([['templateName'], 'goes out', 2])
    whatsapp.away = true
    ctx.advance(minutesMs(60))
    expect([await send(ctx, 'b'), await send(ctx, 'a')]).toEqual([['templateName'], 'goes out'])
  })

  test('of an account without any template is refused', async () => {
    const whatsapp = await upstream([])
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    expect([await send(ctx, 'a'), whatsapp.asked]).toEqual([['templateName'], 1])
  })

  test('does not wait for a WhatsApp that hangs', async () => {
    const whatsapp = await upstream([{ name: 'a' }])
    let release: () => void = () => undefined
    whatsapp.hold = new Promise((resolve) => {
      release = resolve
    })
    const ctx = await ownContext(database(), whatsapp.url)
    await connect(ctx)
    expect(await send(ctx, 'b')).toBe('goes out')
    release()
    await ctx.background.drain()
    expect(await stored(ctx)).toEqual(['a APPROVED'])
  })
})
