import { ConfigError } from './config.js'

/** Why the server cannot start, in one line that says what to do. */
export class StartError extends Error {
  override name = 'StartError'
}

/** An error for whoever started the program: one line, but for the report on the variables, which has one for each. */
export function explain(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return error instanceof ConfigError ? words : words.trim().replace(/\s+/g, ' ')
}
