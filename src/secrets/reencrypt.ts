import type { Logger } from '../core/logger.js'
import type { SecretBox } from './secret-box.js'

/** `unreadable`: the ids of the rows whose secret none of the keys opens. */
export type Reencrypted = { keyId: string; changed: number; unchanged: number; unreadable: string[] }

/**
 * The operator's: has the secrets of some rows encrypted with the first key, so that the others can be taken away.
 * `reencrypt` answers whether it changed anything. Goes on where a secret cannot be read, and names its row.
 * @throws NOT_CONFIGURED without a key.
 */
export async function reencryptAll<Row extends { id: string }>(
  { secrets, logger }: { secrets: SecretBox; logger: Logger },
  rows: Row[],
  reencrypt: (row: Row) => Promise<boolean>,
): Promise<Reencrypted> {
  const result: Reencrypted = { keyId: secrets.keyId(), changed: 0, unchanged: 0, unreadable: [] }
  for (const row of rows) {
    try {
      if (await reencrypt(row)) result.changed++
      else result.unchanged++
    } catch (error) {
      logger.warn({ err: error, id: row.id }, 'a secret cannot be encrypted anew')
      result.unreadable.push(row.id)
    }
  }
  return result
}
