import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { compiledQuery } from '../src/graphql/compiled.js'

/** Whether a document is compiled after so many uses. */
async function isCompiledAfter(uses: number, text: string, operationName?: string): Promise<boolean> {
  const document = parse(text)
  for (let n = 1; n < uses; n++) await compiledQuery(document, operationName)
  return (await compiledQuery(document, operationName)) !== null
}

describe('a query', () => {
  it.each([
    ['{ contacts { nodes { id name } } }'],
    ['query A { viewer { scopes } } mutation B { deleteContact(input: { id: "x" }) { deletedId } }', 'A'],
    [
      'query ($id: ID!) { node(id: $id) { __typename id ... on Contact { ...Name } } } fragment Name on Contact { name }',
    ],
  ])('is compiled where it comes again and again: %s', async (text, operationName?: string) => {
    expect(await isCompiledAfter(1, text, operationName)).toBe(false)
    expect(await isCompiledAfter(50, text, operationName)).toBe(true)
  })

  it.each([
    ['mutation { deleteContact(input: { id: "x" }) { deletedId } }'],
    ['subscription { events { cursor } }'],
    ['{ __schema { types { name } } }'],
    ['{ viewer { scopes } __type(name: "Contact") { name } }'],
    [`{ ${'viewer { scopes } '.repeat(80)} }`],
    ['{ __proto__: viewer { scopes } }'],
    ['query ($__proto__: ID!) { contact(id: $__proto__) { id } }'],
    ['query ($a: Boolean!) { viewer { scopes @include(if: $a) } }'],
    ['query A { viewer { scopes } } query B { viewer { scopes } }'],
    ['query A { viewer { scopes } }', 'B'],
  ])('is executed field by field, however often it comes: %s', async (text, operationName?: string) => {
    expect(await isCompiledAfter(50, text, operationName)).toBe(false)
  })
})
