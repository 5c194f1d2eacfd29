import type { RandomSource } from './random.js'

/** Keeps a wamid within the 128 characters clients reserve for it, whatever user id it is made for. */
const longestPartyBytes = 40

/**
 * A wamid of the form WhatsApp uses: `wamid.` and base64 of a little record that holds the customer (a phone of twelve
 * digits makes it start with "HBgM"), the direction and the hexadecimal id of the message.
 */
export function newWamid(direction: 'outbound' | 'inbound', party: string, random: RandomSource): string {
  const customer = Buffer.from(party.slice(0, longestPartyBytes), 'latin1')
  const outbound = direction === 'outbound'
  const id = Buffer.from(
    random
      .bytes(outbound ? 9 : 10)
      .toString('hex')
      .toUpperCase(),
    'latin1',
  )
  const record = Buffer.concat([
    Buffer.from([0x1c, 0x18, customer.length]),
    customer,
    Buffer.from([0x15, 0x02, 0x00, outbound ? 0x11 : 0x12, 0x18, id.length]),
    id,
    Buffer.from([0x00]),
  ])
  return `wamid.${record.toString('base64')}`
}

export const isWamidLike = (id: string): boolean => /^wamid\.[A-Za-z0-9+/_=-]{8,}$/.test(id)

/** `fbtrace_id` of an error answer. */
export const newTraceId = (random: RandomSource): string => `A${random.bytes(16).toString('base64url')}`

/** Ids of objects in the graph are decimal digits. */
export function newObjectId(random: RandomSource): string {
  const digits = Array.from(random.bytes(15), (byte) => byte % 10).join('')
  return `1${digits}`
}
