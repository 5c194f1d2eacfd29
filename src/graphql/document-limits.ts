import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  type ParseOptions,
  parse,
  type Source,
  type ValidationContext,
} from 'graphql'
import { documentLimits } from './cost.js'

/** Parses, but never more tokens than a document may have. */
export const parseWithinLimits = (source: string | Source, options?: ParseOptions): DocumentNode =>
  parse(source, { ...options, maxTokens: documentLimits.tokens })

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
