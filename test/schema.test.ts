import { readFileSync } from 'node:fs'
import { generate } from '@graphql-codegen/cli'
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import codegen from '../codegen.js'
import { scopes } from '../src/core/scopes.js'
import { eventTypes } from '../src/events/types.js'
import { anyKeyFields } from '../src/graphql/any-key.js'
import { scopeOf } from '../src/graphql/builder.js'
import { printedSchema } from '../src/graphql/print-schema.js'
import { schema } from '../src/graphql/schema.js'
import { messageTypes } from '../src/whatsapp/message-types.js'

type Field = GraphQLField<unknown, unknown>

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
)
const objects = types.filter((type): type is GraphQLObjectType => isObjectType(type))
const fieldsOf = (type: GraphQLObjectType | null | undefined): Field[] => Object.values(type?.getFields() ?? {})
const query = fieldsOf(schema.getQueryType())
const mutations = fieldsOf(schema.getMutationType())
const subscriptions = fieldsOf(schema.getSubscriptionType())
const namesOf = (named: readonly { name: string }[]) => named.map(({ name }) => name)

function fieldNames(typeName: string): string[] {
  const type = schema.getType(typeName)
  return isObjectType(type) ? Object.keys(type.getFields()) : []
}

/** A page of a list; WhatsAppConnection is a connection of another kind. */
const isPage = (type: GraphQLObjectType) => type.name.endsWith('Connection') && 'pageInfo' in type.getFields()

describe('the schema that is committed', () => {
  it('is the one that the code makes', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(printedSchema())
  })

  it('has the typed documents that the generator makes of it', async () => {
    const files: { filename: string; content: string }[] = await generate({ ...codegen, silent: true }, false)
    expect(files.map(({ filename }) => filename).sort()).toEqual(
      ['console', 'operations'].flatMap((folder) =>
        ['gql.ts', 'graphql.ts', 'index.ts', 'persisted-documents.json'].map(
          (name) => `src/${folder}/generated/${name}`,
        ),
      ),
    )
    for (const { filename, content } of files)
      expect([filename, readFileSync(filename, 'utf8')]).toEqual([filename, content])
  })
})

describe('everything in the schema', () => {
  it('is described', () => {
    const undescribed: string[] = []
    const check = (path: string, description: string | null | undefined) => {
      if (!description?.trim()) undescribed.push(path)
    }
    for (const type of types) {
      check(type.name, type.description)
      if (isEnumType(type)) {
        for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description)
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field.description)
      }
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          check(`${type.name}.${field.name}`, field.description)
          for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg.description)
        }
      }
    }
    expect(undescribed).toEqual([])
  })

  it('that the contract names is there', () => {
    const required = {
      query:
        'viewer connection contacts contact conversations conversation messages message media templates sendability members quickReplies quickReply aiAgents aiAgent analytics paymentLinks paymentLink webhooks webhookDeliveries apiKeys auditLog eventCursor node nodes',
      mutation:
        'createContact updateContact deleteContact sendMessage markConversationRead assignConversation resolveConversation reopenConversation createMember updateMember deleteMember createQuickReply updateQuickReply deleteQuickReply createAiAgent updateAiAgent deleteAiAgent createPaymentLink syncTemplates createApiKey rotateApiKey revokeApiKey createWebhook updateWebhook deleteWebhook rotateWebhookSecret redeliverWebhook',
      subscription: 'messages conversations events',
    }
    expect(namesOf(query)).toEqual(expect.arrayContaining(required.query.split(' ')))
    expect(namesOf(mutations)).toEqual(expect.arrayContaining(required.mutation.split(' ')))
    expect(namesOf(subscriptions)).toEqual(expect.arrayContaining(required.subscription.split(' ')))
    expect(namesOf(types)).toEqual(expect.arrayContaining(['DateTime', 'JSON', 'EventType', 'Scope']))
  })

  it('that REST shows of an object is a field of the object', () => {
    const shown = {
      Contact: 'id phone userId name email tags optedIn optInSource attributes createdAt updatedAt',
      Conversation:
        'id status channel contact assignedTo unreadCount lastMessage lastMessageAt windowExpiresAt createdAt messages',
      Message:
        'id conversationId contactId direction type status text content messageId error replyToId createdAt sentAt deliveredAt readAt failedAt',
      WhatsAppConnection: 'connected phoneNumber connectionType businessName',
      Template: 'id name language category status components',
      Media: 'id url mimeType size filename sha256',
      Webhook: 'id name url events signatureFormat retries enabled disabledAt createdAt',
      WebhookDelivery: 'id eventId event status responseCode durationMs attempts createdAt',
      WebhookAttempt: 'at status responseCode durationMs error requestHeaders responseBody',
      Viewer: 'key organization scopes',
      MessageEvent: 'cursor type message',
      ConversationEvent: 'cursor type conversation',
      Event: 'cursor type timestamp data',
    }
    for (const [type, fields] of Object.entries(shown)) {
      expect([type, fieldNames(type)]).toEqual([type, expect.arrayContaining(fields.split(' '))])
    }
  })

  it('that is made from a table has all of it', () => {
    const names = Object.keys(messageTypes) as (keyof typeof messageTypes)[]
    const enumType = schema.getType('MessageType')
    const union = schema.getType('MessageContent')
    const input = schema.getType('MessageContentInput')
    if (!isEnumType(enumType) || !isUnionType(union) || !isInputObjectType(input)) throw new Error('a type is missing')
    expect(namesOf(enumType.getValues()).sort()).toEqual(names.map((name) => messageTypes[name].graphql).sort())
    const contents = names.map((name) => `${name[0]?.toUpperCase()}${name.slice(1)}Content`)
    expect(namesOf(union.getTypes()).sort()).toEqual(contents.sort())
    expect(input.isOneOf).toBe(true)
    const outbound = names.filter((name) => messageTypes[name].outbound)
    expect(Object.keys(input.getFields()).sort()).toEqual([...outbound, 'flat'].sort())
    for (const type of Object.keys(eventTypes)) expect(schema.getType('EventType')?.description).toContain(type)
  })
})

describe('each list', () => {
  it('that grows is a Relay connection, with the nodes and the count beside the edges', () => {
    const pages = objects.filter(isPage)
    expect(namesOf(pages)).toEqual(
      expect.arrayContaining(['ContactConnection', 'ConversationConnection', 'MessageConnection', 'MemberConnection']),
    )
    for (const page of pages) {
      expect([page.name, Object.keys(page.getFields()).sort()]).toEqual([
        page.name,
        ['edges', 'nodes', 'pageInfo', 'totalCount'],
      ])
    }
    const listing = objects
      .flatMap((type) => fieldsOf(type))
      .filter(({ type }) => {
        const named = getNamedType(type)
        return isObjectType(named) && isPage(named)
      })
    expect(listing.length).toBeGreaterThan(4)
    for (const { name, args } of listing) {
      expect([name, namesOf(args)]).toEqual([
        name,
        expect.arrayContaining(['first', 'after', 'last', 'before', 'skip']),
      ])
    }
  })

  it('that is no connection holds scalars, or is a part of one', () => {
    const bare = objects.flatMap((type) =>
      fieldsOf(type)
        .filter(({ type: of }) => {
          const named = getNamedType(of)
          return isListType(isNonNullType(of) ? of.ofType : of) && (isObjectType(named) || isInterfaceType(named))
        })
        .filter(() => !isPage(type))
        .map(({ name }) => `${type.name}.${name}`),
    )
    // Of the reasons there are as many as codes, four at most; of the attempts the newest 50 are shown. A template has
    // ten buttons at most, and what is wrong with the parameters of a preview is no longer than these. Of a broadcast's
    // file the first hundred rows that were refused are shown; three previews, and as many counts as reasons to skip.
    expect(bare).toEqual([
      'Analytics.byDay',
      'Analytics.byHour',
      'Analytics.byMember',
      'Broadcast.csvFaults',
      'BroadcastCsvReport.faults',
      'BroadcastReport.previews',
      'BroadcastReport.skipped',
      'BusinessHours.days',
      'EventPage.nodes',
      'Query.nodes',
      'Sendability.reasons',
      'TemplatePreview.buttons',
      'TemplatePreview.faults',
      'WebhookDelivery.attempts',
    ])
  })
})

describe('each field at the root', () => {
  it('needs a scope, but for those that any key may use or that ask for it by what they show', () => {
    const open = [...query, ...mutations, ...subscriptions].filter((field) => scopeOf(field) === undefined)
    const listed = Object.keys(anyKeyFields).map((field) => field.replace(/.*\./, ''))
    expect(namesOf(open).sort()).toEqual(listed.sort())
    for (const field of [...query, ...mutations, ...subscriptions]) {
      const needed = scopeOf(field) ?? []
      for (const scope of Array.isArray(needed) ? needed : [needed]) expect(Object.keys(scopes)).toContain(scope)
    }
  })

  it('that changes something has the one form: verbNoun(input: VerbNounInput!): VerbNounPayload!', () => {
    for (const { name, args, type } of mutations) {
      const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`
      expect([name, args.map((arg) => `${arg.name}: ${arg.type}`), String(type)]).toEqual([
        name,
        [`input: ${capital}Input!`],
        `${capital}Payload!`,
      ])
      const noun = /(Contact|Message|Conversation|ApiKey)/.exec(name)?.[0].replace(/^./, (first) => first.toLowerCase())
      if (noun) expect([name, fieldNames(`${capital}Payload`)]).toEqual([name, expect.arrayContaining([noun])])
    }
  })
})
