import { cancelBroadcast, pauseBroadcast, resumeBroadcast, retryBroadcast } from '../../broadcasts/control.js'
import type { ActorContext } from '../../context.js'
import type { Broadcast } from '../../generated/prisma/client.js'
import { builder } from '../builder.js'
import { wholeRow } from '../connections.js'
import { BroadcastNode } from './broadcast.js'

/** A mutation that changes the status of one broadcast. */
const controlField = (
  name: string,
  texts: { what: string; description: string },
  control: (ctx: ActorContext, input: { id: string }) => Promise<Broadcast>,
) =>
  builder.relayMutationField(
    name,
    {
      description: `Which broadcast to ${texts.what}.`,
      inputFields: (t) => ({ id: t.id({ required: true, description: 'The broadcast.' }) }),
    },
    {
      description: texts.description,
      authScopes: { scope: 'broadcasts:send' },
      resolve: async (_root, { input }, ctx) => ({ broadcast: await control(ctx, input) }),
    },
    {
      description: 'The broadcast.',
      outputFields: (t) => ({
        broadcast: t.field({
          type: BroadcastNode,
          description: 'The broadcast as it is now.',
          resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.broadcast),
        }),
      }),
    },
  )

controlField(
  'pauseBroadcast',
  {
    what: 'hold',
    description:
      "Holds a broadcast: no further message is made. What is made already, up to a second's worth, still goes out.",
  },
  pauseBroadcast,
)
controlField(
  'resumeBroadcast',
  { what: 'go on with', description: 'Goes on where a broadcast was held; before its time it is SCHEDULED again.' },
  resumeBroadcast,
)
controlField(
  'cancelBroadcast',
  { what: 'end', description: 'Ends a broadcast for good: whoever was not written to yet is skipped.' },
  cancelBroadcast,
)

builder.relayMutationField(
  'retryBroadcast',
  {
    description: 'Whose failed recipients to try again.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'A broadcast that is COMPLETED or CANCELLED.' }) }),
  },
  {
    description:
      'A new broadcast to those whose message FAILED, with the same template and values. One for each broadcast: asked again, it is answered again.',
    authScopes: { scope: 'broadcasts:send' },
    resolve: (_root, { input }, ctx) => retryBroadcast(ctx, input),
  },
  {
    description: 'The new broadcast.',
    outputFields: (t) => ({
      broadcast: t.field({
        type: BroadcastNode,
        description: 'The broadcast that tries again.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.broadcast),
      }),
      replayed: t.exposeBoolean('replayed', { description: 'Whether it was made by an earlier request.' }),
    }),
  },
)
