import { receiveAccountNews } from '../../connections/account-news.js'
import type { Context } from '../../context.js'
import type { WhatsAppConnection } from '../../generated/prisma/client.js'
import { receiveTemplateNews } from '../../templates/news.js'
import type { InboundEntry, OtherEntry } from '../../whatsapp/inbound-entries.js'
import { readUpstreamError } from '../../whatsapp/upstream-error.js'
import { receiveMessage } from './receive-message.js'
import { receivePreference } from './receive-preference.js'
import { receiveStatus } from './receive-status.js'
import { receiveUserId } from './receive-user-id.js'

type Kind = InboundEntry['kind']
type EntryOf<K extends Kind> = Extract<InboundEntry, { kind: K }>
/**
 * What the entry is about: `connections` are those whose signature the body was checked with, `delivery` counts up in
 * the order in which bodies came.
 */
type Handler<Entry> = (ctx: Context, entry: Entry, connections: WhatsAppConnection[], delivery: bigint) => Promise<void>

/** What is done with each kind of entry; nothing with a kind that has no row. Doing it again changes nothing. */
const handlers: { [K in Kind]?: Handler<EntryOf<K>> } = {
  message: ofNumber(receiveMessage),
  status: ofNumber(receiveStatus),
  user_preference: ofNumber(receivePreference),
  user_id_update: ofNumber(receiveUserId),
  template_status: (ctx, entry, _connections, delivery) => receiveTemplateNews(ctx, entry, delivery),
  phone_quality: receiveAccountNews,
  account_update: receiveAccountNews,
  other: async (ctx, entry) => noteOther(ctx, entry),
}

export const processEntry = <K extends Kind>(
  ctx: Context,
  entry: EntryOf<K> & { kind: K },
  connections: WhatsAppConnection[],
  delivery: bigint,
): Promise<void> =>
  (handlers[entry.kind] as Handler<EntryOf<K>> | undefined)?.(ctx, entry, connections, delivery) ?? done

const done = Promise.resolve()

/** For entries about one number of ours. */
function ofNumber<Entry extends { phoneNumberId: string | null }>(
  receive: (ctx: Context, connection: WhatsAppConnection, entry: Entry) => Promise<void>,
): Handler<Entry> {
  return async (ctx, entry, connections) => {
    const connection = connections.find(({ phoneNumberId }) => phoneNumberId === entry.phoneNumberId)
    if (connection) return receive(ctx, connection, entry)
    ctx.logger.warn(
      { phoneNumberId: idShown(entry.phoneNumberId) },
      'a webhook names a number that no organization has',
    )
  }
}

/** The delivery keeps all of it. The log gets what names no person: an error's own code and title. */
function noteOther(ctx: Context, { field, phoneNumberId, raw }: OtherEntry): void {
  const error = readUpstreamError(raw)
  const named = { field: /^\w*$/.test(field) ? field : 'no name', phoneNumberId: idShown(phoneNumberId) }
  if (error) {
    const { code, title } = error
    ctx.logger.warn({ ...named, code, title }, 'WhatsApp reports an error of the account')
  } else ctx.logger.info(named, 'a webhook of a kind that nothing is done with')
}

/** In a log: what is no id may be anything that somebody wrote, a person's number too. */
const idShown = (id: string | null): string | null => (id === null || /^\d+$/.test(id) ? id : 'no id')
