import { newObjectId } from './ids.js'
import type { JsonObject } from './json.js'
import type { RandomSource } from './random.js'
import { seededTemplates } from './template-seeds.js'

export const templateStatuses = [
  'APPROVED',
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'FLAGGED',
] as const
export type TemplateStatus = (typeof templateStatuses)[number]

export const templateCategories = ['AUTHENTICATION', 'MARKETING', 'UTILITY'] as const
export type TemplateCategory = (typeof templateCategories)[number]

export type Template = {
  id: string
  name: string
  language: string
  status: TemplateStatus
  category: TemplateCategory
  parameterFormat: 'POSITIONAL' | 'NAMED'
  /** In Meta's shape. */
  components: JsonObject[]
  rejectedReason: string
  qualityScore: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'
}

/** Meta's own limit for an account that is not verified is 250, for others 6,000. */
const mostTemplates = 6000

export class TemplateStore {
  readonly #byId = new Map<string, Template>()
  readonly #random: RandomSource

  constructor(random: RandomSource) {
    this.#random = random
    for (const template of seededTemplates()) this.#byId.set(template.id, template)
  }

  get isFull(): boolean {
    return this.#byId.size >= mostTemplates
  }

  /** All of them, the newest first. */
  all(): Template[] {
    return [...this.#byId.values()].reverse()
  }

  byId(id: string): Template | null {
    return this.#byId.get(id) ?? null
  }

  named(name: string): Template[] {
    return [...this.#byId.values()].filter((template) => template.name === name)
  }

  find(name: string, language: string): Template | null {
    return this.named(name).find((template) => template.language === language) ?? null
  }

  add(fields: Omit<Template, 'id'>): Template {
    const template = { id: newObjectId(this.#random), ...fields }
    this.#byId.set(template.id, template)
    return template
  }

  delete(id: string): void {
    this.#byId.delete(id)
  }
}

/** What a component asks of a send, read out of its text: `{{1}}` or `{{customer_name}}`. */
export const placeholdersIn = (text: unknown): string[] =>
  typeof text === 'string'
    ? [...new Set([...text.matchAll(/\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g)].map((match) => match[1] ?? ''))]
    : []

export const componentOf = (template: Template, type: string): JsonObject | null =>
  template.components.find((component) => String(component.type).toUpperCase() === type) ?? null
