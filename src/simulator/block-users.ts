import { requiredParameter } from './errors.js'
import type { GraphHandler } from './graph.js'
import { graphReply } from './http.js'
import type { JsonObject } from './json.js'
import { isUserId, phoneDigits, waIdOf } from './numbers.js'
import { arrayParam, at, enumParam, objectParam } from './params.js'
import type { World } from './world.js'

/** `.../block_users`: a blocked customer's messages do not come in, and sends to them fail. */

const mostUsers = 1000

export const listBlockedUsers: GraphHandler = (world) =>
  graphReply({
    data: [
      {
        block_users: world.customers.blocked().map(({ waId, userId }) => ({
          messaging_product: 'whatsapp',
          ...(waId === null ? {} : { wa_id: waId }),
          ...(userId === null ? {} : { user_id: userId }),
        })),
      },
    ],
  })

export const blockUsers: GraphHandler = async (world, request) =>
  graphReply(changeBlocks(world, await request.params(), true, 'added_users'))

export const unblockUsers: GraphHandler = async (world, request) =>
  graphReply(changeBlocks(world, await request.params(), false, 'removed_users'))

function changeBlocks(world: World, params: JsonObject, blocked: boolean, doneKey: string): JsonObject {
  if (params.messaging_product === undefined) throw requiredParameter('messaging_product')
  enumParam(params.messaging_product, 'messaging_product', ['whatsapp'])
  const users = arrayParam(params.block_users, 'block_users').slice(0, mostUsers)
  const done: JsonObject[] = []
  const failed: JsonObject[] = []
  users.forEach((entry, index) => {
    const { user, user_id: userId } = objectParam(entry, at('block_users', index))
    const input = String(user ?? userId ?? '')
    const digits = phoneDigits(input)
    if (isUserId(input)) {
      world.customers.meet({ userId: input }).blocked = blocked
      done.push({ input, user_id: input })
    } else if (digits !== null) {
      world.customers.meet({ waId: digits }).blocked = blocked
      done.push({ input, wa_id: waIdOf(digits) })
    } else
      failed.push({
        input,
        errors: [{ message: 'Invalid parameter', code: 100, error_data: { details: 'Invalid user' } }],
      })
  })
  return {
    messaging_product: 'whatsapp',
    block_users: { [doneKey]: done, ...(failed.length > 0 ? { failed_users: failed } : {}) },
  }
}
