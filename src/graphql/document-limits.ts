import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  type ParseOptions,
  parse,
  Source,
  TokenKind,
  type ValidationContext,
} from 'graphql'
import { documentLimits } from './cost.js'

/** Parses, but never more tokens, nor deeper, than a document may be. */
export function parseWithinLimits(source: string | Source, options?: ParseOptions): DocumentNode {
  checkNesting(typeof source === 'string' ? new Source(source) : source)
  return parse(source, { ...options, maxTokens: documentLimits.tokens })
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

/** At most so many aliases and directives in one document, fragments included. */
export function documentLimitsRule(context: ValidationContext): ASTVisitor {
  let aliases = 0
  let directives = 0
  const report = (what: string, found: number, allowed: number) => {
    if (found === allowed + 1) {
      context.reportError(new GraphQLError(`The document has more than ${allowed} ${what}.`))
    }
  }
  return {
    [Kind.FIELD](node) {
      if (node.alias) report('aliases', ++aliases, documentLimits.aliases)
    },
    [Kind.DIRECTIVE]() {
      report('directives', ++directives, documentLimits.directives)
    },
  }
}
