import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Json = Record<string, unknown>
type Response = { $ref?: string; content?: Record<string, { schema: Json }> }
type Document = Json & {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
  components: { responses: Record<string, Response> }
}

export type Exchange = { method: string; path: string; status: number; json: unknown }

/**
 * Holds answers against the OpenAPI document of the server that gave them, as a proxy between the two would. Answers what
 * deviates; null where nothing does, or where the document does not speak of the path.
 */
export function openApiChecker(document: Document): (exchange: Exchange) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'openapi')
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }))
  const validators = new Map<string, ValidateFunction>()

  function validatorFor(schemaPath: string): ValidateFunction {
    const known = validators.get(schemaPath)
    if (known) return known
    const made = ajv.compile({ $ref: `openapi#${schemaPath}` })
    validators.set(schemaPath, made)
    return made
  }

  return ({ method, path, status, json }) => {
    const name = paths.find(({ form }) => form.test(path.replace(/\?.*$/, '')))?.path
    const operation = name === undefined ? undefined : document.paths[name]?.[method.toLowerCase()]
    if (!name || !operation) return null
    const response = operation.responses[status]
    if (!response) return `${method} ${name} answered ${status}, of which the document does not speak`
    const shared = response.$ref?.split('/').at(-1)
    const content = (shared ? document.components.responses[shared] : response)?.content ?? {}
    if (!content['application/json'] || json === undefined) return null
    const place = shared
      ? `/components/responses/${shared}`
      : `/paths/${name.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method.toLowerCase()}/responses/${status}`
    const validate = validatorFor(`${place}/content/application~1json/schema`)
    if (validate(json)) return null
    return `${method} ${name} ${status}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(json).slice(0, 500)}`
  }
}
