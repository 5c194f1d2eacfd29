import type { ServerResponse } from 'node:http'
import { badRequest } from '../core/errors.js'

/** Resources that one session, or one stream, may follow. */
export const maxWatched = 100

export type WatchOptions = {
  /** Tells the client that a resource has changed. */
  notify(conversationId: string): void
  /** Begins to follow; answers what ends that. */
  follow(changed: (conversationId: string) => void): Promise<() => void>
}

/**
 * The conversations that a client wants to hear of. Nothing is queued: what changes while the client reads slowly, or
 * has no stream open, is marked, once however often, and told when there is room. So a client that comes back hears of
 * every resource that changed meanwhile, and a slow one costs no memory.
 */
export class Watch {
  readonly #watched = new Set<string>()
  readonly #untold = new Set<string>()
  #stream: ServerResponse | null = null
  #following: Promise<() => void> | null = null

  constructor(private readonly options: WatchOptions) {}

  /** @throws BAD_REQUEST beyond the limit; and what `follow` throws. */
  async add(conversationId: string): Promise<void> {
    if (this.#watched.size >= maxWatched && !this.#watched.has(conversationId)) {
      throw badRequest([{ path: 'uri', message: `at most ${maxWatched} resources can be followed at a time` }])
    }
    this.#watched.add(conversationId)
    this.#following ??= this.options.follow((id) => this.#changed(id))
    try {
      await this.#following
    } catch (error) {
      this.end()
      throw error
    }
  }

  remove(conversationId: string): void {
    this.#watched.delete(conversationId)
    this.#untold.delete(conversationId)
    if (this.#watched.size === 0) this.end()
  }

  /** Where the client is told from now on, until that stream closes. */
  tellOn(stream: ServerResponse): void {
    this.#stream = stream
    stream.on('drain', () => this.#tell())
    stream.once('close', () => {
      if (this.#stream === stream) this.#stream = null
    })
    this.#tell()
  }

  end(): void {
    this.#watched.clear()
    this.#untold.clear()
    const following = this.#following
    this.#following = null
    void following?.then(
      (stop) => stop(),
      () => undefined,
    )
  }

  #changed(id: string): void {
    if (!this.#watched.has(id)) return
    this.#untold.add(id)
    this.#tell()
  }

  #tell(): void {
    for (const id of this.#untold) {
      if (!this.#stream || this.#stream.writableNeedDrain) return
      this.#untold.delete(id)
      this.options.notify(id)
    }
  }
}
