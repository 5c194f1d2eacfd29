import type { JsonObject } from './json.js'

/** One entry of `template.components` as a send carries it. */
export type SentComponent = {
  type: string
  subType: string | null
  index: string | null
  parameters: JsonObject[]
}
