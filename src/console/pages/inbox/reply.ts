import type { Message } from './inbox-store.ts'
import { Observable } from './observable.ts'

const chosen = new Map<string, Observable<Message | null>>()

/** The message that the next one of a conversation answers; null: none. */
export function replies(conversationId: string): Observable<Message | null> {
  const known = chosen.get(conversationId)
  if (known) return known
  const observable = new Observable<Message | null>(null)
  chosen.set(conversationId, observable)
  return observable
}
