import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLField,
  GraphQLID,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type IdKind, idPrefixes, newId } from '../../src/core/ids.js'

/** The ids of one organization: one thing of each kind that an id can name. */
export type Ids = Record<IdKind, string>

/** Of each kind an id that nobody has. */
export const nobodys = (): Ids =>
  Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Ids

type Variables = Record<string, unknown>

/** A place of the graph that takes an id, as a document in which everything else is good. */
export type Probe = {
  /** Such as `Mutation.assignConversation(input.memberId)`. */
  name: string
  kind: 'query' | 'mutation' | 'subscription'
  document: string
  /** What it is an id of; null where an id of any kind is meant. */
  names: IdKind | null
  /** `own`: what stands in the places beside it. */
  variables(id: string, own: Ids): Variables
}

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))
const kinds = Object.keys(idPrefixes) as IdKind[]

/** Roots whose name does not hold the kind that their `id` or `ids` is of. */
const kindsOfRoots: Record<string, IdKind | null> = {
  node: null,
  nodes: null,
  disconnectWhatsApp: 'WhatsAppConnection',
}

/** Arguments that name their kind otherwise than as `contactId`. */
const kindsOfArguments: Record<string, IdKind> = {
  replyTo: 'Message',
  assignedToId: 'Member',
  deliveryId: 'WebhookDelivery',
  connectionId: 'WhatsAppConnection',
}

/** Text that must have a form to be good; everything else is good as any text is. */
const texts: Record<string, string> = {
  templateName: 'hello_world',
  language: 'en_US',
  url: 'https://webhooks.example.com/in',
  amount: '10.00',
  currency: 'INR',
  emoji: '👍',
}

/** What else must be given for an id at this place to be good. */
const beside: Record<string, (own: Ids) => Variables> = {
  'redeliverWebhook(input.webhookId)': () => ({ failedSince: '2026-01-01T00:00:00Z' }),
  'createBroadcast(input.connectionId)': () => ({ audience: { tags: ['x'] } }),
  'createBroadcast(input.parameters.contactId)': (own) => ({ audience: { contactIds: [own.Contact] } }),
}

const lastOf = (path: string[]): string => path.at(-1) ?? ''

/** The kind that the place is of; undefined where it takes no id. */
function kindOf(root: string, path: string[], type: GraphQLInputType): IdKind | null | undefined {
  const name = lastOf(path)
  // Elsewhere it is the end of a time.
  if (name === 'to') return ['sendMessage', 'sendability'].includes(root) ? 'Contact' : undefined
  const byArgument = kindsOfArguments[name]
  // An addressee, not the end of a time: `to` has both meanings.
  if (byArgument && path.length < 3 && getNamedType(type).name !== 'DateTime') return byArgument
  if (getNamedType(type) !== GraphQLID) return undefined
  const noun = /^(\w+?)Ids?$/.exec(name)?.[1]
  const wanted = (noun ?? root).toLowerCase()
  if (!noun && Object.hasOwn(kindsOfRoots, root)) return kindsOfRoots[root] ?? null
  const [longest] = kinds.filter((kind) => wanted.includes(kind.toLowerCase())).sort((a, b) => b.length - a.length)
  if (!longest) throw new Error(`Of what kind is the id at ${root}(${path.join('.')})? Say it in tenant-probes.ts.`)
  return longest
}

type Place = { path: string[]; names: IdKind | null }

/** Every place within these arguments that takes an id. */
function placesIn(
  root: string,
  fields: readonly { name: string; type: GraphQLInputType }[],
  above: string[] = [],
): Place[] {
  return fields.flatMap(({ name, type }) => {
    const path = [...above, name]
    const named = getNamedType(type)
    if (isInputObjectType(named)) return placesIn(root, Object.values(named.getFields()), path)
    const names = kindOf(root, path, type)
    return names === undefined ? [] : [{ path, names }]
  })
}

const nameOf = (root: string, { path }: Place): string => `${root}(${path.join('.')})`

type Sample = { root: string; place: Place; id: string; own: Ids }

/** A good value of this type, with the id at its place. */
function valueAt(type: GraphQLInputType, path: string[], sample: Sample): unknown {
  if (isNonNullType(type)) return valueAt(type.ofType, path, sample)
  if (isListType(type)) return [valueAt(type.ofType, path, sample)]
  const named = getNamedType(type)
  if (isInputObjectType(named)) {
    const all = Object.values(named.getFields())
    const probed = all.find((field) => isOnTheWay([...path, field.name], sample.place))
    const needed = named.isOneOf
      ? [probed ?? all.find((field) => field.name === 'text') ?? all[0]].flatMap((field) => field ?? [])
      : all.filter((field) => field === probed || isNonNullType(field.type))
    const values = needed.map((field) => [field.name, valueAt(field.type, [...path, field.name], sample)])
    return {
      ...Object.fromEntries(values),
      ...(path.length === 1 ? beside[nameOf(sample.root, sample.place)]?.(sample.own) : {}),
    }
  }
  if (path.join() === sample.place.path.join()) return sample.id
  if (isEnumType(named)) return named.getValues()[0]?.name
  const names = kindOf(sample.root, path, type)
  if (names) return sample.own[names]
  const scalars: Variables = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: new Date(Date.now() + 3_600_000).toISOString(),
    JSON: {},
    Scope: 'contacts:read',
    EventType: 'message.received',
    Decimal: '10.00',
  }
  return scalars[named.name] ?? texts[lastOf(path)] ?? 'Taken'
}

const isOnTheWay = (path: string[], { path: whole }: Place): boolean => path.every((step, i) => whole[i] === step)

/** Every leaf of a type that takes no arguments, so that an answer shows what a caller can see. */
function selectionOf(type: GraphQLOutputType, depth = 2): string {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (isInterfaceType(named)) return '{ __typename id }'
  if (!isObjectType(named)) return '{ __typename }'
  const inner = Object.values(named.getFields()).flatMap((below) => {
    if (below.args.length > 0) return []
    if (isLeafType(getNamedType(below.type))) return [below.name]
    return depth > 0 && isObjectType(getNamedType(below.type))
      ? [`${below.name} ${selectionOf(below.type, depth - 1)}`]
      : []
  })
  return `{ __typename ${inner.join(' ')} }`
}

function probeOf(kind: Probe['kind'], field: GraphQLField<unknown, unknown>, place: Place): Probe {
  const args = field.args.filter(({ name, type }) => isNonNullType(type) || name === place.path[0])
  const declared = args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const given = args.map(({ name }) => `${name}: $${name}`).join(', ')
  const typename = kind[0]?.toUpperCase() + kind.slice(1)
  return {
    name: `${typename}.${nameOf(field.name, place)}`,
    kind,
    document: `${kind} ${declared && `(${declared})`} { ${field.name}${given && `(${given})`} ${selectionOf(field.type)} }`,
    names: place.names,
    variables: (id, own) =>
      Object.fromEntries(
        args.map(({ name, type }) => [name, valueAt(type, [name], { root: field.name, place, id, own })]),
      ),
  }
}

const rootOf = (kind: Probe['kind']) =>
  ({ query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() })[
    kind
  ]

/** Every place of the schema that takes an id, found by walking it. */
export const probes: Probe[] = (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
  Object.values(rootOf(kind)?.getFields() ?? {}).flatMap((field) =>
    placesIn(field.name, field.args).map((place) => probeOf(kind, field, place)),
  ),
)

/** Each field at the root alone, with what it must be given, and what it selects. */
export const operations = (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
  Object.values(rootOf(kind)?.getFields() ?? {}).map((field) => {
    const { document, variables } = probeOf(kind, field, { path: [], names: null })
    return { name: field.name, kind, document, variables: (own: Ids) => variables('', own) }
  }),
)

/** What a document that reads a thing of this kind by its id shows of it; null of a kind that no `node` is. */
export function nodeDocument(kind: IdKind): string | null {
  const [type, node] = [schema.getType(kind), schema.getType('Node')]
  if (!isObjectType(type) || !type.getInterfaces().some((of) => of === node)) return null
  return `query ($id: ID!) { node(id: $id) { ... on ${kind} ${selectionOf(type, 0)} } }`
}

/** A list of the graph that is walked by cursors: at the root, or of a thing that an id names. */
export type CursorProbe = { name: string; document: string; of: IdKind | null }

const isList = ({ args, type }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ name }) => name === 'after') && getNamedType(type).name.endsWith('Connection')

/** Every list at the root, and every list of a node, with the first cursor of it. */
export const cursorProbes: CursorProbe[] = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {})
    .filter(isList)
    .map(({ name }) => ({
      name,
      of: null,
      document: `query ($after: String) { list: ${name}(first: 2, after: $after) { edges { cursor } } }`,
    })),
  ...kinds.flatMap((kind) => {
    const type = schema.getType(kind)
    const lists = isObjectType(type) ? Object.values(type.getFields()).filter(isList) : []
    return lists.map(({ name }) => ({
      name: `${kind}.${name}`,
      of: kind,
      document: `query ($after: String, $id: ID!) {
        node(id: $id) { ... on ${kind} { list: ${name}(first: 2, after: $after) { edges { cursor } } } }
      }`,
    }))
  }),
]
