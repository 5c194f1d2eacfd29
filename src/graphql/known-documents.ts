import type { DocumentNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { createDocumentCache } from './document-cache.js'

/** Documents that have been found within the limits and valid, by their text. */
export type KnownDocuments = { get(text: string): DocumentNode | undefined }

/** Learns them from a pipeline. */
export function createKnownDocuments(): { documents: KnownDocuments; plugin: Plugin } {
  const documents = createDocumentCache<DocumentNode>()
  return {
    documents,
    plugin: {
      onValidate({ params: { documentAST } }) {
        const text = documentAST.loc?.source.body
        return ({ valid }) => {
          if (valid && text !== undefined) documents.set(text, documentAST)
        }
      },
    },
  }
}
