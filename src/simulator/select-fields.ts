import { invalidParameter } from './errors.js'
import type { JsonObject } from './json.js'

/**
 * The fields of a node that a caller asked for with `fields=a,b{c}`, else the default ones; the id is always among them.
 * Throws code 100 for a field the node does not have.
 */
export function selectFields<Node>(
  node: Node,
  known: Readonly<Record<string, (node: Node) => unknown>>,
  fields: string | null,
  defaults: readonly string[],
  nodeType: string,
): JsonObject {
  const asked = fields?.trim() ? fieldNames(fields) : defaults
  const names = asked.includes('id') ? asked : [...asked, 'id']
  return Object.fromEntries(
    names.map((name) => {
      const read = Object.hasOwn(known, name) ? known[name] : undefined
      if (!read) throw invalidParameter(`Tried accessing nonexisting field (${name}) on node type (${nodeType})`)
      return [name, read(node)]
    }),
  )
}

/** Top-level names only: what stands in braces or brackets chooses within a field. */
function fieldNames(fields: string): string[] {
  let depth = 0
  let flat = ''
  for (const sign of fields) {
    if (sign === '{' || sign === '(') depth += 1
    else if (sign === '}' || sign === ')') depth -= 1
    else if (depth === 0) flat += sign
  }
  const names = flat.split(',').map((name) => name.trim().split('.')[0] ?? '')
  return [...new Set(names)].filter((name) => name !== '')
}
