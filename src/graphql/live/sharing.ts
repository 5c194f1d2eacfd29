import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode, print, visit } from 'graphql'
import type { Actor } from '../../context.js'

/**
 * Which subscriptions are one: those of the same organization, scopes, document and variables. Where each of them
 * began (`after`) makes no difference to what an event looks like, and is left out.
 */
export function sharingKey(
  actor: Actor,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>>,
): string {
  const { text, counted } = shared(document, operationName)
  const values = counted.map((name) => [name, variables[name]])
  return JSON.stringify([
    actor.organizationId,
    [...actor.scopes].sort(),
    operationName ?? null,
    text,
    canonical(values),
  ])
}

/**
 * The caller as the shared execution sees it: the organization and what may be read, and nobody's key. Whatever asked
 * for a key would show one subscriber's to all, so asking is an error.
 */
export const withoutKey = ({ organizationId, organization, scopes }: Actor): Actor => ({
  organizationId,
  organization,
  scopes,
  get key(): never {
    throw new Error('What subscribers share depends on no key.')
  },
})

type Shared = { text: string; counted: string[] }
/** The pipeline parses a text once, so a document is the same object for all who sent it. */
const known = new WeakMap<DocumentNode, Map<string, Shared>>()

function shared(document: DocumentNode, operationName: string | null | undefined): Shared {
  let byOperation = known.get(document)
  if (!byOperation) {
    byOperation = new Map()
    known.set(document, byOperation)
  }
  const name = operationName ?? ''
  let found = byOperation.get(name)
  if (!found) {
    found = withoutStart(document, getOperationAST(document, operationName))
    byOperation.set(name, found)
  }
  return found
}

/** The document without the root field's `after`, and the variables that what is left still uses. */
function withoutStart(document: DocumentNode, operation: OperationDefinitionNode | null | undefined): Shared {
  const rootFields = new Set<unknown>(operation?.selectionSet.selections ?? [])
  const stripped: DocumentNode = visit(document, {
    [Kind.FIELD](node) {
      if (!rootFields.has(node)) return
      return { ...node, arguments: (node.arguments ?? []).filter(({ name }) => name.value !== 'after') }
    },
  })
  const used = new Set<string>()
  visit(stripped, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.VARIABLE](node) {
      used.add(node.name.value)
    },
  })
  const declared = (operation?.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
  return { text: print(stripped), counted: declared.filter((name) => used.has(name)).sort() }
}

/** The same values in the same form, whatever order their fields were written in. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  )
}
