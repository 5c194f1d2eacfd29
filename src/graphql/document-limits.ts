import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  Lexer,
  type ParseOptions,
  parse,
  Source,
  TokenKind,
  visit,
} from 'graphql'
import { documentLimits } from './cost.js'

/**
 * Parses, but never more than a document may be. Everything here is counted before the rules of validation see the
 * document: some of those take quadratic time.
 */
export function parseWithinLimits(given: string | Source, options?: ParseOptions): DocumentNode {
  const source = typeof given === 'string' ? new Source(given) : given
  if (source.body.length > documentLimits.characters) {
    throw new GraphQLError(`The document has more than ${documentLimits.characters} characters.`)
  }
  checkNesting(source)
  const document = parse(source, { ...options, maxTokens: documentLimits.tokens })
  checkMakeup(document)
  checkSpreads(document)
  return document
}

/** Parser and rules go as deep as the document does, so its brackets are counted first: none may exhaust the stack. */
function checkNesting(source: Source): void {
  const lexer = new Lexer(source)
  let depth = 0
  for (let tokens = 0; tokens <= documentLimits.tokens; tokens++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return
    if (opening.has(kind)) depth++
    else if (closing.has(kind)) depth--
    if (depth > documentLimits.nesting) {
      throw new GraphQLError(`The document is nested more than ${documentLimits.nesting} levels deep.`)
    }
  }
}

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/** How often each kind of thing may stand in one document, its fragments included. */
function checkMakeup(document: DocumentNode): void {
  const found = { aliases: 0, directives: 0, fragments: 0, introspections: 0 }
  const count = (what: keyof typeof found) => {
    if (++found[what] > documentLimits[what]) {
      throw new GraphQLError(`The document has more than ${documentLimits[what]} ${what}.`)
    }
  }
  let pairs = 0
  const named = new Map<string, number>()
  const countPairs = ({ alias, name }: FieldNode) => {
    const key = (alias ?? name).value
    const before = named.get(key) ?? 0
    named.set(key, before + 1)
    pairs += before
    if (pairs > documentLimits.pairs) throw new GraphQLError('The document repeats the same fields too often.')
  }
  visit(document, {
    [Kind.FIELD](node) {
      if (node.alias) count('aliases')
      if (node.name.value === '__schema' || node.name.value === '__type') count('introspections')
      if (node.selectionSet) countPairs(node)
    },
    [Kind.DIRECTIVE]: () => count('directives'),
    [Kind.FRAGMENT_DEFINITION]: () => count('fragments'),
  })
}

/**
 * No fragment may come to itself again. Validation says so too, but compares all that spread each other first: enough
 * of them in circles exhaust the stack.
 */
function checkSpreads(document: DocumentNode): void {
  const spreads = new Map<string, Set<string>>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const names = spreads.get(definition.name.value) ?? new Set()
    spreads.set(definition.name.value, names)
    visit(definition, { [Kind.FRAGMENT_SPREAD]: ({ name }) => void names.add(name.value) })
  }
  const done = new Set<string>()
  const under = new Set<string>()
  const follow = (name: string) => {
    if (under.has(name)) throw new GraphQLError(`Cannot spread fragment "${name}" within itself.`)
    if (done.has(name)) return
    under.add(name)
    for (const next of spreads.get(name) ?? []) follow(next)
    under.delete(name)
    done.add(name)
  }
  for (const name of spreads.keys()) follow(name)
}
