import { GraphQLError } from 'graphql'
import { IncomingFile } from '../../core/incoming-file.js'
import { isScope } from '../../core/scopes.js'
import { eventTypes, isEventType } from '../../events/types.js'
import { builder } from '../builder.js'

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

builder.scalarType('DateTime', {
  description: 'A time in ISO 8601 with its offset; answers are in UTC with milliseconds.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: (value) => {
    const time = typeof value === 'string' && isoTime.test(value) ? new Date(value) : null
    if (!time || Number.isNaN(time.getTime())) throw new GraphQLError('DateTime must be a time in ISO 8601.')
    return time
  },
})

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
})

builder.scalarType('Decimal', {
  description: 'An exact decimal number: a text such as "499.50"; a number is taken too.',
  serialize: (value) => value,
  parseValue: (value) => {
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string' || !/^-?\d{1,30}(?:\.\d{1,30})?$/.test(text)) {
      throw new GraphQLError('Decimal must be a number in plain notation, such as "499.50".')
    }
    return text
  },
})

builder.scalarType('EventType', {
  description: `The type of an event: ${Object.keys(eventTypes).join(', ')}.`,
  serialize: (value) => value,
  parseValue: (value) => {
    if (!isEventType(value)) throw new GraphQLError('EventType must be the name of an event, such as message.received.')
    return value
  },
})

builder.scalarType('Scope', {
  description: 'What a key may do, such as contacts:read; * stands for everything.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (!isScope(value)) throw new GraphQLError('Scope must be the name of a scope, such as contacts:read, or *.')
    return value
  },
})

builder.scalarType('Upload', {
  description:
    'A file, as a part of a request by the GraphQL multipart request specification; one in a request, in one place.',
  serialize: () => {
    throw new GraphQLError('Upload is an input only.')
  },
  parseValue: (value) => {
    if (!(value instanceof IncomingFile)) throw new GraphQLError('Upload must be a file of a multipart request.')
    return value
  },
})
