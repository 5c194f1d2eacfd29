import { createContactInput } from '../contacts/input.js'
import { parseInput } from '../core/input.js'
import type { CreateContactInput } from './generated/graphql.js'

/**
 * The domain's own checks of an input, for doors whose callers hold plain JSON: the graph's types would stop at the
 * first field of the wrong type and speak of GraphQL, while these name every fault at once.
 */

/** The fields as they came. @throws BAD_REQUEST. */
export function checkCreateContact(fields: Readonly<Record<string, unknown>>): CreateContactInput {
  parseInput(createContactInput, fields)
  return fields as CreateContactInput
}
