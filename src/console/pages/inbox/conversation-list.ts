import { graph } from '../../app/graph.ts'
import { type ConversationStatus, InboxConversationsDocument } from '../../generated/graphql.ts'
import type { Conversation, Inbox } from './inbox-store.ts'
import { Observable } from './observable.ts'

export type Filter = {
  /** Null: whatever the status. OPEN includes those that a bot or an AI agent answers in. */
  status: ConversationStatus | null
  assignedToId: string | null
  unread: boolean
  search: string
}

export type ListView = {
  rows: readonly Conversation[]
  hasMore: boolean
  loading: boolean
  error: unknown
}

const pageSize = 50

/** The conversations that a filter leaves, newest activity first, as far down as was scrolled. */
export class ConversationList extends Observable<ListView> {
  readonly #ids = new Set<string>()
  #after: string | null = null
  #hasMore = true
  #loading = false
  #error: unknown = null
  /** The last conversation of the last page: what stands beyond it is not known. */
  #end: Conversation | null = null

  constructor(
    readonly filter: Filter,
    private readonly inbox: Inbox,
  ) {
    super({ rows: [], hasMore: true, loading: true, error: null })
  }

  async loadMore(): Promise<void> {
    if (this.#loading || !this.#hasMore) return
    this.#loading = true
    this.#error = null
    this.#show()
    try {
      await this.inbox.started
      const mark = this.inbox.replay.position
      const { status, assignedToId, unread, search } = this.filter
      const variables = { status, assignedToId, unread: unread || null, search: search || null }
      const page = { first: pageSize, after: this.#after }
      const { conversations } = await graph(InboxConversationsDocument, { ...variables, ...page })
      for (const conversation of conversations.nodes) {
        this.inbox.keep(conversation)
        this.#ids.add(conversation.id)
      }
      this.#after = conversations.pageInfo.endCursor
      this.#hasMore = conversations.pageInfo.hasNextPage
      this.#end = conversations.nodes.at(-1) ?? this.#end
      this.inbox.replay.since(mark)
    } catch (error) {
      this.#error = error
    }
    this.#loading = false
    this.#show()
  }

  /** A conversation is as it is given now: it comes, goes, or moves. */
  changed(conversation: Conversation): void {
    const inRange = !this.#hasMore || (this.#end !== null && compare(conversation, this.#end) <= 0)
    if (matches(conversation, this.filter) && (inRange || this.#ids.has(conversation.id)))
      this.#ids.add(conversation.id)
    else this.#ids.delete(conversation.id)
    this.#show()
  }

  removed(id: string): void {
    if (this.#ids.delete(id)) this.#show()
  }

  #show(): void {
    const rows = [...this.#ids].flatMap((id) => this.inbox.conversations.get(id) ?? []).sort(compare)
    this.set({ rows, hasMore: this.#hasMore, loading: this.#loading, error: this.#error })
  }
}

/** As the server sorts them: newest activity first, then by id. */
function compare(a: Conversation, b: Conversation): number {
  const byTime = activity(b).localeCompare(activity(a))
  return byTime !== 0 ? byTime : a.id < b.id ? 1 : -1
}

const activity = ({ lastMessageAt, createdAt }: Conversation) => lastMessageAt ?? createdAt

function matches(conversation: Conversation, { status, assignedToId, unread, search }: Filter): boolean {
  if (status === 'OPEN' ? !openStatuses.has(conversation.status) : status !== null && conversation.status !== status) {
    return false
  }
  if (assignedToId !== null && conversation.assignedTo?.id !== assignedToId) return false
  if (unread && conversation.unreadCount === 0) return false
  return search.trim() === '' || isFound(conversation, search.trim())
}

const openStatuses = new Set<ConversationStatus>(['OPEN', 'BOT_ACTIVE', 'AI_ACTIVE'])

function isFound({ contact: { name, phone } }: Conversation, search: string): boolean {
  if ((name ?? '').toLowerCase().includes(search.toLowerCase())) return true
  const digits = /\p{L}/u.test(search) ? '' : search.replace(/\D/g, '')
  return digits !== '' && (phone ?? '').includes(digits)
}
