import { GraphError, graph, signedOutEvent } from '../../app/graph.ts'
import { follow } from '../../app/live.ts'
import {
  FollowConversationsDocument,
  FollowMessagesDocument,
  type InboxConversationFragment,
  InboxCursorDocument,
  type InboxMessageFragment,
} from '../../generated/graphql.ts'
import { ConversationList, type Filter } from './conversation-list.ts'
import { Observable } from './observable.ts'
import { Replay } from './replay.ts'
import { Thread } from './thread.ts'

export type Conversation = InboxConversationFragment
export type Message = InboxMessageFragment

/**
 * Everything the inbox has read, kept up to date by the events of messages and conversations: followed from a cursor
 * that was read before the first list.
 */
export class Inbox {
  readonly conversations = new Map<string, Conversation>()
  readonly messages = new Map<string, Message>()
  readonly replay = new Replay()
  /** Resolves when events are being followed: lists are read after that. */
  readonly started: Promise<void>
  readonly #lists = new Map<string, ConversationList>()
  readonly #threads = new Map<string, Thread>()
  readonly #shown = new Map<string, Observable<Conversation | null>>()
  #stops: (() => void)[] = []

  constructor() {
    this.started = this.#start()
  }

  async #start(): Promise<void> {
    const { eventCursor: after } = await retried(() => graph(InboxCursorDocument, {}))
    this.#stops = [
      follow(
        FollowMessagesDocument,
        { after },
        {
          pick: ({ messages }) => messages,
          onItem: ({ message }) => {
            if (!message) return
            const { conversation, ...rest } = message
            this.replay.apply(() => {
              this.#threads.get(rest.conversationId)?.changed(rest)
              this.changed(conversation)
            })
          },
        },
      ),
      follow(
        FollowConversationsDocument,
        { after },
        {
          pick: ({ conversations }) => conversations,
          onItem: ({ conversation }) => {
            if (conversation) this.replay.apply(() => this.changed(conversation))
          },
        },
      ),
    ]
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  list(filter: Filter): ConversationList {
    const key = JSON.stringify(filter)
    const list = this.#lists.get(key) ?? new ConversationList(filter, this)
    // The last few filters stay up to date; those before are read anew.
    this.#lists.delete(key)
    this.#lists.set(key, list)
    dropOldest(this.#lists)
    return list
  }

  thread(conversationId: string): Thread {
    const thread = this.#threads.get(conversationId) ?? new Thread(conversationId, this)
    this.#threads.delete(conversationId)
    this.#threads.set(conversationId, thread)
    dropOldest(this.#threads)
    return thread
  }

  /** A conversation to watch, null until it has been read. */
  shown(id: string): Observable<Conversation | null> {
    const observable = this.#shown.get(id) ?? new Observable(this.conversations.get(id) ?? null)
    this.#shown.set(id, observable)
    return observable
  }

  keep(conversation: Conversation): void {
    const known = this.conversations.get(conversation.id)
    if (known && known.updatedAt > conversation.updatedAt) return
    this.conversations.set(conversation.id, conversation)
    this.#shown.get(conversation.id)?.set(conversation)
  }

  keepMessage(message: Message): void {
    const known = this.messages.get(message.id)
    if (!known || progress[message.status] >= progress[known.status]) this.messages.set(message.id, message)
  }

  changed(conversation: Conversation): void {
    this.keep(conversation)
    const now = this.conversations.get(conversation.id) ?? conversation
    for (const list of this.#lists.values()) list.changed(now)
  }
}

/** A status never goes back (as the server holds it too); FAILED is final, and so is READ. */
const progress: Record<Message['status'], number> = {
  QUEUED: 0,
  UNKNOWN: 1,
  RECEIVED: 1,
  SENT: 2,
  DELIVERED: 3,
  FAILED: 3,
  READ: 4,
}

const mostKept = 8

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys()
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest)
}

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof GraphError && error.code !== null && error.code !== 'RATE_LIMITED') throw error
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
  }
}

let inbox: Inbox | null = null

/** The inbox of whoever is signed in; it goes on being followed while other pages are shown. */
export function theInbox(): Inbox {
  inbox ??= new Inbox()
  return inbox
}

window.addEventListener(signedOutEvent, () => {
  inbox?.stop()
  inbox = null
})
