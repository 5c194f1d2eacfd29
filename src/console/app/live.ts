import { type Client, createClient } from 'graphql-ws'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { FollowEventsDocument, type FollowEventsSubscription } from '../generated/graphql.ts'
import { type Document, dataOf, documentId, GraphError, signedOutEvent } from './graph.ts'

export type LiveEvent = FollowEventsSubscription['events']
export type LiveState = 'connecting' | 'live' | 'away'

const waitMs = 1000
const forbidden = 4403

let client: Client | null = null
let state: LiveState = 'connecting'
const watchers = new Set<() => void>()

function setState(next: LiveState): void {
  if (next === state) return
  state = next
  for (const watcher of watchers) watcher()
}

/** Whether what is shown is being kept up to date. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )

/** One socket for every subscription of the page; the session's cookie goes with it. */
function socket(): Client {
  client ??= createClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
    retryAttempts: 0,
    on: {
      connected: () => setState('live'),
      closed: (event) => {
        setState('away')
        if ((event as CloseEvent).code === forbidden) window.dispatchEvent(new Event(signedOutEvent))
      },
    },
  })
  return client
}

type Followed<Result, Item> = {
  /** The item of one answer; it holds the cursor to go on from. */
  pick: (result: Result) => Item
  onItem: (item: Item) => void
}

/**
 * Follows a subscription from a cursor on: over lost connections it goes on exactly behind the last item, so that
 * nothing is missing and nothing comes twice (docs/realtime.md). Ends when the function that it answers is called.
 */
export function follow<Result, Variables extends { after?: string | null }, Item extends { cursor: string }>(
  document: Document<Result, Variables>,
  variables: Variables,
  { pick, onItem }: Followed<Result, Item>,
): () => void {
  let ended = false
  let stop = () => {}
  let { after } = variables

  async function run(): Promise<void> {
    const operation = { query: '', variables: { ...variables, after }, extensions: persisted(document) }
    const results = socket().iterate<Result>(operation)
    stop = () => void results.return?.()
    for await (const result of results) {
      const item = pick(dataOf(result as { data?: Result }))
      if (ended) return
      onItem(item)
      after = item.cursor
    }
  }
  async function goOn(): Promise<void> {
    while (!ended) {
      try {
        await run()
      } catch (error) {
        if (error instanceof GraphError && error.code === 'CURSOR_EXPIRED') return window.location.reload()
        if (error instanceof GraphError && isFinal(error)) return
      }
      if (!ended) await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  void goOn()
  return () => {
    ended = true
    stop()
  }
}

/** The key may not follow this: asking again changes nothing. */
const isFinal = ({ code }: GraphError) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' || code === 'BAD_REQUEST'

const persisted = (document: Document) => ({ persistedQuery: { version: 1, sha256Hash: documentId(document) } })

const listeners = new Set<{ types: readonly string[]; tell: (event: LiveEvent) => void }>()

/** Types that pages may listen to beside the inbox, which follows messages and conversations itself. */
const eventTypes = [
  'contact.created',
  'contact.updated',
  'contact.opted_out',
  'contact.deleted',
  'broadcast.progress',
  'broadcast.completed',
  'template.updated',
  'connection.updated',
  'webhook.disabled',
  'payment.completed',
]

/** Follows the log for every listener, from the cursor that was read before the page's first list. */
export const followLog = (after: string): (() => void) =>
  follow(
    FollowEventsDocument,
    { types: eventTypes, after },
    {
      pick: ({ events }) => events,
      onItem(event) {
        for (const { types, tell } of listeners) if (types.includes(event.type)) tell(event)
      },
    },
  )

/** Tells of the events of these types for as long as the component is shown. */
export function useEvents(types: readonly string[], tell: (event: LiveEvent) => void): void {
  const latest = useRef(tell)
  latest.current = tell
  const key = types.join()
  useEffect(() => {
    const listener = { types: key.split(','), tell: (event: LiveEvent) => latest.current(event) }
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [key])
}

/** Ends the socket: whoever signs in next has their own. */
export async function hangUp(): Promise<void> {
  const ended = client
  client = null
  await ended?.dispose()
}
