import type { Context } from '../context.js'

/** WhatsApp refused a message of this number with this code; a repeat may still bring it through. */
export type RefusalNews = { connectionId: string; code: number }
type Listener = (news: RefusalNews) => void

/** Shared by everything that one server's client of WhatsApp is used for. */
const listenersOf = new WeakMap<Context['whatsapp'], Set<Listener>>()

/** Hears of every refusal that this process meets, until the function that is answered is called. */
export function onRefusal(ctx: Context, listener: Listener): () => void {
  const listeners = listenersOf.get(ctx.whatsapp) ?? new Set()
  listenersOf.set(ctx.whatsapp, listeners)
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function tellRefusal(ctx: Context, news: RefusalNews): void {
  for (const listener of listenersOf.get(ctx.whatsapp) ?? []) listener(news)
}
