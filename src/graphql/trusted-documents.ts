import { createHash } from 'node:crypto'
import { GraphQLError } from 'graphql'
import type { GraphQLParams } from 'graphql-yoga'

/** Texts of documents by their SHA-256, in lower-case hexadecimal. */
export type TrustedDocuments = ReadonlyMap<string, string>

/**
 * Documents that are known here can be named instead of sent: by `documentId` ("sha256:..."), or as persisted-query
 * clients do, in `extensions.persistedQuery.sha256Hash`. They are bounded as any other. A text that is sent along
 * counts where it is the one that is named. @throws GraphQLError with the message that such clients know, and answer
 * by sending the text.
 */
export function withTrustedDocument(
  { documentId, ...params }: GraphQLParams & { documentId?: unknown },
  documents: TrustedDocuments,
): GraphQLParams {
  const id = idOf(documentId ?? hashOf(params.extensions))
  if (id === null) return params
  if (params.query) {
    if (sha256(params.query) === id) return params
    throw refusal('The document is not the one that its id names.')
  }
  const query = documents.get(id)
  if (query === undefined) throw refusal('PersistedQueryNotFound')
  return { ...params, query }
}

const sha256 = (text: unknown) => createHash('sha256').update(String(text)).digest('hex')

function hashOf(extensions: unknown): unknown {
  const named = isRecord(extensions) ? extensions.persistedQuery : null
  return isRecord(named) ? named.sha256Hash : null
}

function idOf(given: unknown): string | null {
  if (given === null || given === undefined) return null
  const id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(String(given))?.[1]
  if (id === undefined) throw refusal('A document is named by "sha256:" and 64 hexadecimal digits.')
  return id
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const refusal = (message: string) => new GraphQLError(message, { extensions: { http: { status: 400 } } })
