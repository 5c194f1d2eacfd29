import type { KeyRowFragment } from '../../../generated/graphql.ts'

type State = { word: string; color: string; works: boolean }

/** What has become of a key. */
export function stateOf({ revokedAt, expiresAt, replacedById }: KeyRowFragment, now = new Date()): State {
  if (revokedAt) return { word: 'Revoked', color: 'red', works: false }
  if (expiresAt && new Date(expiresAt) <= now) return { word: 'Expired', color: 'gray', works: false }
  if (replacedById) return { word: 'Rotated', color: 'orange', works: true }
  return { word: 'Active', color: 'leaf', works: true }
}
