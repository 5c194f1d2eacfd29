import { createContext, useContext } from 'react'
import type { ViewerQuery } from '../generated/graphql.ts'

export type Console = ViewerQuery & {
  /** The simulator's address; null where none runs. */
  simulatorUrl: string | null
  /** Whether the key may do this. */
  may(scope: string): boolean
}

export const ConsoleContext = createContext<Console | null>(null)

/** Who is signed in, and where. */
export function useConsole(): Console {
  const known = useContext(ConsoleContext)
  if (!known) throw new Error('Nobody is signed in here.')
  return known
}
