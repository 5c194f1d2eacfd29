import { printSchema } from 'graphql'
import { schema } from './schema.js'

/** The text of schema.graphql. */
export const printedSchema = (): string => `${printSchema(schema)}\n`
