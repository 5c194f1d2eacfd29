import type { TypedDocumentString } from '../generated/graphql.ts'

/** What the server's session endpoint and graph ask of a page of its own (CSRF). */
export const ownHeaders = { 'x-kaanha-console': '1' }

export type ErrorDetail = { path: string; message: string }

/** A refusal in the server's own words, or the lack of an answer (`code` null). */
export class GraphError extends Error {
  override name = 'GraphError'
  constructor(
    message: string,
    readonly code: string | null,
    readonly details: ErrorDetail[] = [],
    readonly retryAfterSeconds: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a document of any result and variables.
export type Document<Result = any, Variables = any> = TypedDocumentString<Result, Variables>
type Answer<Result> = { data?: Result | null; errors?: AnswerError[] }
type AnswerError = {
  message: string
  extensions?: { code?: string; details?: ErrorDetail[]; retryAfter?: number; requestId?: string }
}

/** The id under which the server knows the document: its text never leaves the server. */
export const documentId = (document: Document): string => String(document.__meta__?.hash)

/** Runs one trusted document. @throws GraphError. */
export async function graph<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Result> {
  const body = JSON.stringify({ documentId: `sha256:${documentId(document)}`, variables })
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...ownHeaders },
      body,
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable()
  }
  return dataOf(await answerOf<Result>(response))
}

/** The data of an answer. @throws GraphError for the first of its errors. */
export function dataOf<Result>(answer: Answer<Result>): Result {
  const error = answer.errors?.[0]
  if (error) throw errorOf(error)
  if (!answer.data) throw unreachable()
  return answer.data
}

export function errorOf({ message, extensions = {} }: AnswerError): GraphError {
  const { code, details, retryAfter, requestId } = extensions
  const error = new GraphError(message, code ?? 'INTERNAL', details ?? [], retryAfter ?? null, requestId ?? null)
  if (error.code === 'UNAUTHENTICATED') window.dispatchEvent(new Event(signedOutEvent))
  return error
}

/** Told where the server takes the session's key no longer. */
export const signedOutEvent = 'kaanha:signed-out'

export const unreachable = () => new GraphError('The server cannot be reached. Trying again.', null)

export async function answerOf<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return (await response.json()) as Answer<Result>
  } catch {
    throw unreachable()
  }
}

/** Any error as words for a person. */
export const wordsOf = (error: unknown): string => {
  if (!(error instanceof GraphError)) return error instanceof Error ? error.message : String(error)
  const wait = error.retryAfterSeconds === null ? '' : ` Try again in ${error.retryAfterSeconds} s.`
  return error.message + wait
}
