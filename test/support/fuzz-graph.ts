import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import { anyJson, nasty } from './fuzz.js'

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))

export type RootField = { name: string; document: string; variables: fc.Arbitrary<Record<string, unknown>> }

function documentOf(kind: string, { name, args, type }: GraphQLField<unknown, unknown>): string {
  const inBrackets = (parts: string[]) => (parts.length === 0 ? '' : `(${parts.join(', ')})`)
  const declared = inBrackets(args.map((arg) => `$${arg.name}: ${arg.type}`))
  const given = inBrackets(args.map((arg) => `${arg.name}: $${arg.name}`))
  return `${kind} ${declared} { ${name}${given} ${isLeafType(getNamedType(type)) ? '' : '{ __typename }'} }`
}

const inputOf = (type: GraphQLInputType): fc.Arbitrary<unknown> =>
  isNonNullType(type) ? inputOf(type.ofType) : fc.option(presentInputOf(type), { freq: 4, nil: null })

function presentInputOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return presentInputOf(type.ofType)
  if (isListType(type)) return fc.array(inputOf(type.ofType), { maxLength: 3 })
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name))
  if (!isInputObjectType(type)) return scalars[type.name] ?? anyJson
  const fields = Object.values(type.getFields())
  if (type.isOneOf) {
    return fc.oneof(...fields.map((field) => presentInputOf(field.type).map((value) => ({ [field.name]: value }))))
  }
  const requiredKeys = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name)
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, inputOf(field.type)])), { requiredKeys })
}

const cursorOf = (key: unknown) => Buffer.from(JSON.stringify(key) ?? '').toString('base64url')
const cursor = fc.oneof(
  anyJson.map(cursorOf),
  fc
    .tuple(fc.constantFrom('cnv_01h2xcejqtf2nbrexx3vqjhp41', 'x'), fc.oneof(fc.double(), fc.maxSafeInteger()))
    .map(cursorOf),
)

/** Stands in variables for an id or number that is there; which are, is known only when the server runs. */
const knownMark = 'known:'
export const withKnown = (variables: unknown, known: readonly string[]): unknown =>
  JSON.parse(JSON.stringify(variables), (_key, item) =>
    typeof item === 'string' && item.startsWith(knownMark) ? known[Number(item.slice(knownMark.length))] : item,
  )

const text = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 2, arbitrary: fc.nat(4).map((i) => knownMark + i) },
  { weight: 1, arbitrary: cursor },
)

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  ID: text,
  String: text,
  Int: fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 20, 100, 101)),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  Boolean: fc.boolean(),
  DateTime: fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    nasty,
  ),
  JSON: anyJson,
}

/** Each query and mutation as a document that takes all its arguments from variables, of the right types mostly. */
export const rootFields: RootField[] = (['query', 'mutation'] as const).flatMap((kind) => {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType()
  return Object.values(type?.getFields() ?? {}).map((field) => ({
    name: field.name,
    document: documentOf(kind, field),
    variables: fc.record(Object.fromEntries(field.args.map((arg) => [arg.name, inputOf(arg.type)]))),
  }))
})
