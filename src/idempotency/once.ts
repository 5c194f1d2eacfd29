import type { ActorContext } from '../context.js'
import { badRequest, DomainError } from '../core/errors.js'
import type { Tx } from '../database/client.js'
import { hashRequest, keyFault } from './request.js'

export type Making<Row> = {
  key: string | null | undefined
  /** The normalised request, with a name for what it asks: one key serves every door and every kind of request. */
  request: unknown
  /** Makes the row, and all that goes with it, in one transaction with the claim of the key. */
  make(tx: Tx): Promise<Row>
  /** The row that the key's first request made. */
  find(id: string): Promise<Row | null>
}

/** Another request claimed the key a moment ago. */
class KeyTaken extends Error {}

/**
 * Makes a row once for an idempotency key: the same request again answers what the first one made, and does nothing.
 * Sends have an answer that comes later, and a way of their own (messages/idempotency).
 * @throws BAD_REQUEST for no key, CONFLICT where it came with another request or its row is gone; and what `make` throws.
 */
export async function once<Row extends { id: string }>(ctx: ActorContext, making: Making<Row>): Promise<Row> {
  const { make, find } = making
  const key = making.key ?? null
  const fault = keyFault(key)
  if (fault) throw badRequest([fault])
  if (key === null) return ctx.database.transaction(make)
  const hash = hashRequest(making.request)
  const first = await claimed(ctx, key, hash)
  if (first !== null) return again(await find(first))
  try {
    return await ctx.database.transaction(async (tx) => {
      await claim(ctx, tx, key, hash)
      const row = await make(tx)
      await tx.$executeRaw`
        UPDATE "IdempotencyKey" SET "messageId" = ${row.id}
        WHERE "organizationId" = ${ctx.actor.organizationId} AND key = ${key}`
      return row
    })
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error
    const id = await claimed(ctx, key, hash)
    return again(id === null ? null : await find(id))
  }
}

/** Before the row is made: who comes with the same key waits here, and not on what the row has unique. @throws KeyTaken. */
async function claim(ctx: ActorContext, tx: Tx, key: string, hash: Uint8Array): Promise<void> {
  const claims = await tx.$executeRaw`
    INSERT INTO "IdempotencyKey" ("organizationId", key, "requestHash", "messageId", "createdAt")
    VALUES (${ctx.actor.organizationId}, ${key}, ${hash}, '', ${ctx.clock.now()})
    ON CONFLICT DO NOTHING`
  if (claims === 0) throw new KeyTaken()
}

/** What the key's first request made; null where the key is free. @throws CONFLICT. */
async function claimed(ctx: ActorContext, key: string, hash: Uint8Array): Promise<string | null> {
  const [claim] = await ctx.database.query<{ id: string; requestHash: Buffer }>(
    `SELECT "messageId" AS id, "requestHash" FROM "IdempotencyKey" WHERE "organizationId" = $1 AND key = $2`,
    [ctx.actor.organizationId, key],
  )
  if (claim && !claim.requestHash.equals(hash)) {
    throw new DomainError('CONFLICT', 'This idempotency key was used for another request.')
  }
  return claim?.id ?? null
}

function again<Row>(row: Row | null): Row {
  if (!row) throw new DomainError('CONFLICT', 'What this idempotency key made has been deleted since.')
  return row
}
