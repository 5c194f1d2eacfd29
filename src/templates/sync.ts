import { checkSoon, readableSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import { minutesMs, secondsMs } from '../core/clock.js'
import { upstreamRule } from '../whatsapp/error-codes.js'
import { type TemplateInfo, UpstreamFailure } from '../whatsapp/provider.js'
import { type Account, type AccountConnection, accountKey, accountsOf } from './account.js'
import { type SyncCounts, storeTemplates } from './store.js'

const refreshMs = minutesMs(60)
const firstRetryMs = secondsMs(15)
/** WhatsApp allows 200 calls an hour, and a list may be several. */
const lastRetryMs = minutesMs(30)
/** Between two syncs that nobody asked for by name. */
const pauseMs = minutesMs(1)
/** News of templates come in bursts: one list answers them all. */
const settlingMs = secondsMs(30)
/** Accounts of one run; the others' turn comes with the next. */
const atOnce = 5

/** What this process knows of its syncs of one account. */
type State = {
  running: Promise<SyncCounts> | null
  /** Whether a list has been stored since this process began. */
  synced: boolean
  startedAtMs: number
  /** When the recurring work is to ask again. */
  dueAtMs: number
  retryMs: number
}

/** Shared by everything that one server's client of WhatsApp is used for; an entry for each account, while it is connected. */
const statesOf = new WeakMap<Context['whatsapp'], Map<string, State>>()

function stateOf(ctx: Context, account: Omit<Account, 'credentials'>): State {
  const states = statesOf.get(ctx.whatsapp) ?? new Map<string, State>()
  statesOf.set(ctx.whatsapp, states)
  const key = accountKey(account)
  const state = states.get(key) ?? {
    running: null,
    synced: false,
    startedAtMs: Number.NEGATIVE_INFINITY,
    dueAtMs: Number.NEGATIVE_INFINITY,
    retryMs: firstRetryMs,
  }
  states.set(key, state)
  return state
}

/**
 * Reads every page of an account's templates and stores them; whoever asks while a sync runs gets that one's answer.
 * @throws UpstreamFailure where WhatsApp does not list them: nothing is changed then.
 */
export function syncTemplates(ctx: Context, account: Account): Promise<SyncCounts> {
  const state = stateOf(ctx, account)
  state.running ??= sync(ctx, account, state).finally(() => {
    state.running = null
  })
  return state.running
}

async function sync(ctx: Context, account: Account, state: State): Promise<SyncCounts> {
  const askedAt = ctx.clock.now()
  state.startedAtMs = askedAt.getTime()
  try {
    const listed: TemplateInfo[] = []
    for await (const template of ctx.whatsapp.templates(account.credentials)) listed.push(template)
    const counts = await storeTemplates(ctx, account, listed, askedAt)
    state.synced = true
    state.retryMs = firstRetryMs
    state.dueAtMs = askedAt.getTime() + refreshMs
    return counts
  } catch (error) {
    state.dueAtMs = ctx.clock.now().getTime() + state.retryMs
    state.retryMs = Math.min(state.retryMs * 2, lastRetryMs)
    throw error
  }
}

/** The recurring work: accounts that have just been connected, those whose hour is over, and those with news. */
export function createTemplateRefresh(ctx: Context): () => Promise<void> {
  return async function refreshTemplates() {
    const connections = await ctx.database.prisma.whatsAppConnection.findMany({
      where: { status: 'CONNECTED' },
      select: {
        organizationId: true,
        id: true,
        phoneNumberId: true,
        businessAccountId: true,
        source: true,
        secrets: true,
      },
      orderBy: { id: 'asc' },
    })
    // One whose secrets cannot be read any more is none that works: the check says so, and why.
    for (const row of connections) if (!readableSecrets(ctx, row)) checkSoon(ctx, row)
    const accounts = accountsOf(ctx, connections)
    const nowMs = ctx.clock.now().getTime()
    forgetOthers(ctx, new Set(accounts.map(accountKey)), nowMs)
    const due = accounts.filter((account) => stateOf(ctx, account).dueAtMs <= nowMs).slice(0, atOnce)
    await Promise.all(
      due.map((account) => syncTemplates(ctx, account).catch((error: unknown) => noteFailure(ctx, account, error))),
    )
  }
}

/** An account that is lost and comes back is asked anew. */
function forgetOthers(ctx: Context, connected: ReadonlySet<string>, nowMs: number): void {
  const states = statesOf.get(ctx.whatsapp)
  for (const [key, { running, startedAtMs }] of states ?? []) {
    if (!connected.has(key) && !running && startedAtMs + pauseMs <= nowMs) states?.delete(key)
  }
}

async function noteFailure(ctx: Context, account: Account, error: unknown): Promise<void> {
  ctx.logger.warn({ err: error, businessAccountId: account.businessAccountId }, 'templates could not be synced')
  const code = error instanceof UpstreamFailure ? error.error?.code : undefined
  if (code === undefined || upstreamRule(code).effect !== 'connection_down') return
  const { organizationId, businessAccountId } = account
  const where = { organizationId, businessAccountId }
  for (const connection of await ctx.database.prisma.whatsAppConnection.findMany({ where })) checkSoon(ctx, connection)
}

/** Has the recurring work ask soon: at once where `now`, else when news have settled; never more than once a minute. */
export function syncSoon(ctx: Context, connection: AccountConnection, { now = false } = {}): void {
  const state = stateOf(ctx, connection)
  const nowMs = ctx.clock.now().getTime()
  const earliestMs = Math.max(nowMs + (now ? 0 : settlingMs), state.startedAtMs + pauseMs)
  state.dueAtMs = Math.min(Math.max(state.dueAtMs, nowMs), earliestMs)
}

/**
 * Before something is refused for what we know of the templates: WhatsApp may have approved one a moment ago. Asks it,
 * once a minute at most, and waits `waitMs`. Answers whether a list has ever been stored here, and never throws.
 */
export async function syncOnDemand(ctx: Context, account: Account, waitMs: number): Promise<boolean> {
  const state = stateOf(ctx, account)
  const recent = state.startedAtMs + pauseMs > ctx.clock.now().getTime()
  if (!recent || state.running) {
    const done = syncTemplates(ctx, account).catch((error: unknown) => noteFailure(ctx, account, error))
    ctx.background.run('sync templates on demand', () => done.then(() => undefined))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([done, late]).finally(() => clearTimeout(timer))
  }
  return state.synced
}
