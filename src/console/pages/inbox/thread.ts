import { graph } from '../../app/graph.ts'
import { InboxThreadDocument } from '../../generated/graphql.ts'
import type { Inbox, Message } from './inbox-store.ts'
import { Observable } from './observable.ts'
import { isSameSend, type Pending } from './outbox.ts'

export type ThreadView = {
  /** Oldest first, without reactions: those stand with what they are about. */
  messages: readonly Message[]
  /** Emojis by the message they are about. */
  reactions: ReadonlyMap<string, readonly Reaction[]>
  /** Sends that the server has not answered for, or refused. */
  pending: readonly Pending[]
  /** How many of the messages were there before the first page: a list that scrolls backwards counts from it. */
  olderCount: number
  hasOlder: boolean
  loading: boolean
  error: unknown
  /** The conversation does not exist, or no more. */
  missing: boolean
}

export type Reaction = { emoji: string; direction: Message['direction'] }

const pageSize = 50

/** The messages of a conversation, from the newest as far back as was scrolled. */
export class Thread extends Observable<ThreadView> {
  readonly #ids = new Set<string>()
  #pending: Pending[] = []
  #after: string | null = null
  #hasOlder = true
  #loading = false
  #missing = false
  #error: unknown = null
  /** The first message of the first page: what comes before it was loaded later. */
  #anchor: string | null = null

  constructor(
    readonly conversationId: string,
    private readonly inbox: Inbox,
  ) {
    super({
      messages: [],
      reactions: new Map(),
      pending: [],
      olderCount: 0,
      hasOlder: true,
      loading: true,
      error: null,
      missing: false,
    })
  }

  async loadOlder(): Promise<void> {
    if (this.#loading || !this.#hasOlder) return
    this.#loading = true
    this.#error = null
    this.#show()
    try {
      await this.inbox.started
      const mark = this.inbox.replay.position
      const variables = { id: this.conversationId, first: pageSize, after: this.#after }
      const { conversation } = await graph(InboxThreadDocument, variables)
      this.#missing = conversation === null
      this.#hasOlder = conversation?.messages.pageInfo.hasNextPage ?? false
      if (conversation) {
        const { messages, ...rest } = conversation
        this.inbox.keep(rest)
        for (const message of messages.nodes) this.#add(message)
        this.#after = messages.pageInfo.endCursor
        this.#anchor ??= messages.nodes.findLast(({ type }) => type !== 'REACTION')?.id ?? null
        this.inbox.replay.since(mark)
      }
    } catch (error) {
      this.#error = error
    }
    this.#loading = false
    this.#show()
  }

  changed(message: Message): void {
    this.#add(message)
    this.#pending = this.#pending.filter((pending) => {
      if (pending.messageId === message.id) return false
      if (pending.messageId !== null || !isSameSend(pending, message)) return true
      pending.messageId = message.id
      return false
    })
    this.#show()
  }

  /** A send of this page: shown from now on until the server's own message takes its place. */
  pend(pending: Pending): void {
    this.#pending = [...this.#pending.filter(({ key }) => key !== pending.key), pending]
    this.#show()
  }

  settle(key: string, message: Message): void {
    this.#pending = this.#pending.filter((pending) => pending.key !== key)
    this.changed(message)
  }

  drop(key: string): void {
    this.#pending = this.#pending.filter((pending) => pending.key !== key)
    this.#show()
  }

  /** Whether a send still waits to be shown as a message of the server's. */
  isPending = (key: string): boolean => this.#pending.some((pending) => pending.key === key)

  #add(message: Message): void {
    this.inbox.keepMessage(message)
    this.#ids.add(message.id)
  }

  #show(): void {
    const all = [...this.#ids].sort().flatMap((id) => this.inbox.messages.get(id) ?? [])
    const messages = all.filter(({ type }) => type !== 'REACTION')
    this.set({
      messages,
      reactions: reactionsIn(all),
      pending: this.#pending,
      olderCount: this.#anchor === null ? 0 : messages.findIndex(({ id }) => id === this.#anchor),
      hasOlder: this.#hasOlder,
      loading: this.#loading,
      error: this.#error,
      missing: this.#missing,
    })
  }
}

/** The last reaction of either side to each message; an empty one takes it back. */
function reactionsIn(messages: readonly Message[]): Map<string, Reaction[]> {
  const found = new Map<string, Reaction[]>()
  for (const { type, contentData, direction, revokedAt } of messages) {
    if (type !== 'REACTION' || revokedAt !== null) continue
    const { messageId, emoji } = contentData as { messageId?: string; emoji?: string }
    if (!messageId) continue
    const others = (found.get(messageId) ?? []).filter((reaction) => reaction.direction !== direction)
    found.set(messageId, emoji ? [...others, { emoji, direction }] : others)
  }
  return found
}
