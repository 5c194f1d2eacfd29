import type { DocumentNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { createDocumentCache } from './document-cache.js'

/** Documents that have been found within the limits and valid, by their text. */
export type KnownDocuments = { get(text: string): DocumentNode | undefined }

/** Learns them from a pipeline which keeps the documents that it parses in `parsed`. */
export function createKnownDocuments() {
  const parsed = createDocumentCache<DocumentNode>()
  const valid = new WeakSet<DocumentNode>()
  const documents: KnownDocuments = {
    get(text) {
      const document = parsed.get(text)
      return document && valid.has(document) ? document : undefined
    },
  }
  const plugin: Plugin = {
    onValidate({ params: { documentAST } }) {
      return (validation) => {
        if (validation.valid) valid.add(documentAST)
      }
    },
  }
  return { parsed, documents, plugin }
}
