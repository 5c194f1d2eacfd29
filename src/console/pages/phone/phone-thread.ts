import { useEffect, useMemo, useState } from 'react'
import { type Message, theInbox } from '../inbox/inbox-store.ts'
import { Observable, useObservable } from '../inbox/observable.ts'
import type { ThreadView } from '../inbox/thread.ts'
import type { Arrival, Simulator } from './simulator.ts'

export type Entry = {
  id: string
  at: string
  /** What the customer wrote. */
  words: string
  /** What arrived; null: the customer wrote it. */
  arrival: Arrival | null
  /** As the inbox has it; null: it has not got there yet. */
  message: Message | null
}

const pollMs = 1000
const none = new Observable<ThreadView | null>(null)

/**
 * What is on the phone: what the simulator accepted for it, and what the customer wrote: here, or before this page was
 * opened.
 */
export function usePhoneThread(simulator: Simulator, digits: string, conversationId: string | null) {
  const arrivals = useArrivals(simulator)
  const [written, setWritten] = useState<{ id: string; words: string; at: string }[]>([])
  const thread: Observable<ThreadView | null> =
    conversationId === null ? none : (theInbox().thread(conversationId) as Observable<ThreadView | null>)
  const view = useObservable(thread)
  const entries = useMemo(() => {
    const known = view?.messages ?? []
    const byId = new Map(known.map((message) => [message.id, message]))
    const own = known.filter(({ direction }) => direction === 'INBOUND')
    const stored = new Set(own.map(({ messageId }) => messageId))
    const all: Entry[] = [
      ...own.map((message) => ({
        id: message.messageId ?? message.id,
        at: message.createdAt,
        words: message.text ?? message.type.toLowerCase(),
        arrival: null,
        message,
      })),
      ...written
        .filter(({ id }) => !stored.has(id))
        .map(({ id, words, at }) => ({ id, at, words, arrival: null, message: null })),
      ...arrivals
        .filter(({ to }) => to.replace(/\D/g, '') === digits)
        .map((arrival) => ({
          id: arrival.id,
          at: arrival.acceptedAt,
          words: '',
          arrival,
          message: byId.get(arrival.bizOpaqueCallbackData ?? '') ?? null,
        })),
    ]
    return all.sort((a, b) => a.at.localeCompare(b.at))
  }, [view, written, arrivals, digits])
  const wrote = (id: string, words: string) =>
    setWritten((before) => [...before, { id, words, at: new Date().toISOString() }])
  return { entries, wrote }
}

/** Everything that the simulator has accepted, asked for again and again. */
function useArrivals(simulator: Simulator): Arrival[] {
  const [arrivals, setArrivals] = useState<Arrival[]>([])
  useEffect(() => {
    let ended = false
    let after = 0
    async function poll() {
      while (!ended) {
        try {
          const fresh = await simulator.arrived(after)
          after = fresh.at(-1)?.seq ?? after
          if (fresh.length > 0 && !ended) setArrivals((before) => [...before, ...fresh].slice(-1000))
        } catch {
          // It starts anew with the server, and counts from the beginning again.
          after = 0
          setArrivals([])
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    }
    void poll()
    return () => {
      ended = true
    }
  }, [simulator])
  return arrivals
}
