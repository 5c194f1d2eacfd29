import { GraphError } from './graph.ts'

/**
 * What the server found wrong with a field, for its `error`: the faults of these paths and of what lies below them, each
 * after the field's name; null where there is none.
 */
export function faultAt(error: unknown, label: string, ...paths: string[]): string | null {
  const found = detailsOf(error).filter(({ path }) => paths.some((own) => isAt(path, own)))
  return found.length === 0 ? null : found.map(({ message }) => `${label} ${message}`).join('; ')
}

/** The error itself where no field of the form can show it, else null. */
export function elsewhere(error: unknown, ...paths: string[]): unknown {
  const details = detailsOf(error)
  const shown = details.length > 0 && details.every(({ path }) => paths.some((own) => isAt(path, own)))
  return shown ? null : error
}

const detailsOf = (error: unknown) => (error instanceof GraphError ? error.details : [])
const isAt = (path: string, own: string) => path === own || path.startsWith(`${own}.`)
