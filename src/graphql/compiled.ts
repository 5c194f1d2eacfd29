import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql'
import type { CompiledQuery } from 'graphql-jit'
import { schema } from './schema.js'

export type Compiled = CompiledQuery['query']

/** Compiling takes some milliseconds, and is for documents that come again and again. */
const usesBefore = 5

/** Fields of a document at most: for each it takes about 0.2 ms, in which nobody else is answered. */
const maxFields = 150

type Known = { uses: number; compiled: Map<string, Compiled | null> }
const knownDocuments = new WeakMap<DocumentNode, Known>()

/** The query of a document as a function of its variables; null where it is executed field by field. */
export async function compiledQuery(
  document: DocumentNode,
  operationName: string | null | undefined,
): Promise<Compiled | null> {
  let known = knownDocuments.get(document)
  if (!known) {
    known = { uses: 0, compiled: new Map() }
    knownDocuments.set(document, known)
  }
  const name = operationName ?? ''
  const compiled = known.compiled.get(name)
  if (compiled !== undefined) return compiled
  const operation = getOperationAST(document, operationName)
  if (!operation || ++known.uses <= usesBefore) return null
  const made = isCompilable(document, operation) ? await compile(document, name) : null
  known.compiled.set(name, made)
  return made
}

/**
 * Queries without directives and without introspection: what a directive leaves out would depend on where a fragment
 * stands, which the compiler does not always see; and without other names that begin as JavaScript's own `__proto__` does.
 */
function isCompilable(document: DocumentNode, { operation }: OperationDefinitionNode): boolean {
  let compilable = operation === OperationTypeNode.QUERY
  let fields = 0
  const no = () => {
    compilable = false
  }
  visit(document, {
    [Kind.DIRECTIVE]: no,
    [Kind.FIELD]() {
      if (++fields > maxFields) no()
    },
    [Kind.NAME]({ value }) {
      if (value.startsWith('__') && value !== '__typename') no()
    },
  })
  return compilable
}

async function compile(document: DocumentNode, operationName: string): Promise<Compiled | null> {
  const { compileQuery, isCompiledQuery } = await import('graphql-jit')
  const made = compileQuery(schema, document, operationName)
  return isCompiledQuery(made) ? made.query : null
}
