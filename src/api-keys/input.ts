import { z } from 'zod'
import type { Context } from '../context.js'
import { badRequest } from '../core/errors.js'
import { parseInput, textInput } from '../core/input.js'
import { isScope, type Scope, scopes } from '../core/scopes.js'
import type { KeyValues } from './store.js'

const time = z.union(
  [z.date(), z.iso.datetime({ offset: true }).transform((text) => new Date(text))],
  'must be a time in ISO 8601',
)

const createInput = z.object({
  name: textInput(100).refine((name) => name.trim() !== '', 'is required'),
  expiresAt: time.nullish(),
  scopes: z.array(z.string()).min(1, 'must name at least one scope').nullish(),
})

/** What a new key is to be. Without `scopes` it may do everything. @throws BAD_REQUEST, naming each fault. */
export function checkNewKey(ctx: Context, input: unknown): KeyValues {
  const { name, expiresAt = null, scopes: asked } = parseInput(createInput, input)
  const unknown = (asked ?? []).filter((scope) => !isScope(scope))
  if (unknown.length > 0) {
    throw badRequest([
      { path: 'scopes', message: `knows ${Object.keys(scopes).join(', ')} and *; not ${unknown.join(', ')}` },
    ])
  }
  if (expiresAt && expiresAt <= ctx.clock.now()) {
    throw badRequest([{ path: 'expiresAt', message: 'must lie in the future' }])
  }
  return { name, scopes: withoutRepetition((asked ?? ['*']).filter(isScope)), expiresAt }
}

/** `*` stands for all the others. */
const withoutRepetition = (list: Scope[]): Scope[] => (list.includes('*') ? ['*'] : [...new Set(list)])
