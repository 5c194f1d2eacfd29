import { setTimeout as pause } from 'node:timers/promises'
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql'
import type { LoggedEvent } from '../../events/log.js'
import { costOrRefusal, withCost } from '../cost-limit.js'
import type { GraphContext } from '../graph-context.js'
import { withPublicErrors } from '../public-errors.js'
import { Feed } from './feed.js'
import { sharingKey, withoutKey } from './sharing.js'

/** One event as a document shows it: executed and serialised once, whoever it is written to. */
export class LiveItem {
  /** The execution result, as JSON. */
  readonly payload: Buffer
  #streamed: Buffer | undefined
  constructor(
    result: FormattedExecutionResult,
    readonly cursor: string,
  ) {
    this.payload = Buffer.from(JSON.stringify(result))
  }
  /** The same as a server-sent event, whose id is the cursor: browsers send it back as `Last-Event-ID`. */
  get streamed(): Buffer {
    this.#streamed ??= Buffer.from(`id: ${this.cursor}\nevent: next\ndata: ${this.payload}\n\n`)
    return this.#streamed
  }
}

const mostTries = 3
const retryMs = 250

const failedHere = ({ errors }: FormattedExecutionResult): boolean =>
  errors?.some(({ extensions }) => extensions?.code === 'INTERNAL') ?? false

/** A subscription that has been let in and waits for whoever delivers it. */
export class LiveSubscription implements AsyncIterable<never> {
  /** Subscriptions with the same text here show the same event alike. */
  readonly sharingKey: string
  readonly #shared: GraphContext
  constructor(
    private readonly args: ExecutionArgs,
    readonly ctx: GraphContext,
    readonly feed: Feed,
    private readonly cost: number | null,
  ) {
    const { signal: _, lastEventId: __, ...rest } = ctx
    this.#shared = { ...rest, actor: withoutKey(ctx.actor) }
    this.sharingKey = sharingKey(ctx.actor, args.document, args.operationName, args.variableValues ?? {})
  }

  /**
   * An event in the words of the document. Never rejects: what fails is in the result, as every door shows it. A failure
   * on our side is tried again, and while the database does not answer it is no result: whoever follows waits for the
   * event, as they do for the log. The signal ends that.
   */
  async execute(event: LoggedEvent, signal: AbortSignal): Promise<LiveItem> {
    for (let tries = 1; ; tries++) {
      const result = await this.#show(event)
      const final = !failedHere(result) || (tries >= mostTries && (await this.#databaseAnswers()))
      if (final || signal.aborted) return new LiveItem(result, this.cursorOf(event.position))
      await pause(retryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #show(event: LoggedEvent): Promise<FormattedExecutionResult> {
    const { schema, document, operationName, variableValues } = this.args
    const result = await execute({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variableValues ?? null,
      rootValue: event,
      // A context for each event: what is remembered while one is executed must not be shown with the next.
      contextValue: { ...this.#shared, actor: this.#shared.actor },
    })
    return shownResult(this.cost === null ? result : withCost(result, this.cost), this.#shared)
  }

  #databaseAnswers(): Promise<boolean> {
    return this.ctx.database.ping().then(
      () => true,
      () => false,
    )
  }

  cursorOf(position: bigint): string {
    return this.ctx.events.cursorOf(this.ctx.actor.organizationId, position)
  }

  /** To the libraries it is a stream. There is nothing to let go of before it is delivered. */
  [Symbol.asyncIterator](): AsyncIterator<never, undefined> {
    const nothing = async () => ({ done: true as const, value: undefined })
    return { next: nothing, return: nothing }
  }
}

/** Finds out what is to be followed, or why it cannot be: cost, arguments, scopes, cursor. */
export async function subscribeLive(args: ExecutionArgs): Promise<LiveSubscription | ExecutionResult> {
  const cost = costOrRefusal(args)
  if (Array.isArray(cost)) return { errors: cost }
  const feed = await createSourceEventStream(args)
  if (!(feed instanceof Feed)) return feed as ExecutionResult
  const { graphContext } = args.contextValue as { graphContext: GraphContext }
  return new LiveSubscription(args, graphContext, feed, cost)
}

/** As every door shows it. */
export function shownResult(result: ExecutionResult, context: GraphContext): FormattedExecutionResult {
  const { errors, ...rest } = withPublicErrors(result, context)
  return errors ? { ...rest, errors: errors.map(shownError) } : rest
}

/** Without `http`, which tells only the HTTP transport something. */
export function shownError(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http: _, ...extensions } = {}, ...rest } = error.toJSON()
  return { ...rest, extensions }
}
