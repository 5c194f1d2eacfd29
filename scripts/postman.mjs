// Writes docs/kaanha.postman_collection.json (Collection v2.1) from the OpenAPI document: `npm run postman`.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const output = new URL('../docs/kaanha.postman_collection.json', import.meta.url)

/** `document`: OpenAPI 3.1. A folder a tag; the variables `baseUrl` and `apiKey` are to be filled in. */
export function postmanCollection(document) {
  const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return {
    info: {
      name: document.info.title,
      description: document.info.description,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{apiKey}}', type: 'string' }] },
    variable: [
      { key: 'baseUrl', value: document.servers[0].url },
      { key: 'apiKey', value: '' },
    ],
    item: document.tags.map(({ name, description }) => ({
      name,
      description,
      item: requests
        .filter(({ operation }) => operation.tags.includes(name))
        .map((request) => itemOf(document, request)),
    })),
  }
}

function itemOf(document, { path, method, operation }) {
  const of = (place) => operation.parameters.filter((parameter) => parameter.in === place)
  const field = ({ name, description, required }, value = '') => ({
    key: name,
    value,
    ...(description ? { description } : {}),
    ...(required ? {} : { disabled: true }),
  })
  const segments = path.slice(1).split('/')
  const query = of('query').map((parameter) => field(parameter))
  return {
    name: operation.summary,
    request: {
      method,
      description: operation.description,
      header: of('header').map((parameter) => field(parameter)),
      ...bodyOf(document, operation),
      url: {
        raw: `{{baseUrl}}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        host: ['{{baseUrl}}'],
        path: segments.map((segment) => segment.replace(/^\{(\w+)\}$/, ':$1')),
        ...(query.length > 0 ? { query } : {}),
        variable: of('path').map(({ name }) => ({ key: name, value: '' })),
      },
    },
    response: [],
  }
}

function bodyOf(document, { requestBody }) {
  if (!requestBody) return {}
  const { content } = requestBody
  if (!content['application/json']) {
    return { body: { mode: 'formdata', formdata: [{ key: 'file', type: 'file', src: [] }] } }
  }
  const raw = JSON.stringify(example(document, content['application/json'].schema), null, 2)
  return { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } }
}

/** What a schema asks for, and no more: the first of several forms, an empty string where it gives no example. */
function example(document, schema) {
  if (schema.$ref) {
    const found = schema.$ref.split('/').slice(1)
    return example(
      document,
      found.reduce((at, key) => at[key], document),
    )
  }
  const [form] = schema.oneOf ?? schema.anyOf ?? []
  const parts = [form, ...(schema.allOf ?? [])].filter(Boolean).map((part) => example(document, part))
  if ('const' in schema) return schema.const
  if (schema.examples) return schema.examples[0]
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'array') return schema.minItems ? [example(document, schema.items ?? {})] : []
  if (schema.type === 'object' || schema.properties) {
    const required = (schema.required ?? []).map((name) => [name, example(document, schema.properties?.[name] ?? {})])
    return Object.assign(Object.fromEntries(required), ...parts)
  }
  if (parts.length > 0) return parts[0]
  return { number: 0, integer: 0, boolean: true }[schema.type] ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { openApiDocument } = await import('../dist/rest/openapi.js')
  const { version } = await import('../dist/core/version.js')
  const collection = postmanCollection(openApiDocument('http://localhost:4000', version))
  writeFileSync(output, `${JSON.stringify(collection, null, 2)}\n`)
}
