import { type LedgerRow, recipientStatuses } from '../../broadcasts/ledger.js'
import { skipReasonTexts } from '../../broadcasts/verdict.js'
import { BroadcastSkipReason } from '../../generated/prisma/client.js'
import { builder } from '../builder.js'
import { MessageErrorType } from './message.js'

const statusTexts: Record<(typeof recipientStatuses)[number], string> = {
  PENDING: 'Not written to yet.',
  QUEUED: 'The message is made, and about to go to WhatsApp.',
  UNKNOWN: 'Handed over, but nobody knows yet whether WhatsApp accepted it.',
  SENT: 'Accepted by WhatsApp.',
  DELIVERED: "On the customer's phone.",
  READ: 'Read by the customer.',
  FAILED: 'Given up; `reason` says why.',
  SKIPPED: 'Left out; `reason` says why.',
}

export const RecipientStatusEnum = builder.enumType('BroadcastRecipientStatus', {
  description: 'How far a recipient of a broadcast has come.',
  values: Object.fromEntries(
    recipientStatuses.map((status) => [status, { description: statusTexts[status] }]),
  ) as Record<(typeof recipientStatuses)[number], { description: string }>,
})

export const SkipReasonEnum = builder.enumType('BroadcastSkipReason', {
  description: 'Why a recipient was left out.',
  values: Object.fromEntries(
    Object.values(BroadcastSkipReason).map((reason) => [reason, { description: skipReasonTexts[reason] }]),
  ) as Record<BroadcastSkipReason, { description: string }>,
})

const Recipient = builder.objectRef<LedgerRow>('BroadcastRecipient').implement({
  description: 'A recipient of a broadcast, and what became of it.',
  fields: (t) => ({
    contactId: t.exposeID('contactId', { description: 'The contact.' }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: "The contact's number; null where WhatsApp hides it.",
    }),
    name: t.exposeString('name', { nullable: true, description: "The contact's name." }),
    status: t.expose('status', { type: RecipientStatusEnum, description: 'How far it has come.' }),
    skipReason: t.expose('skipReason', {
      type: SkipReasonEnum,
      nullable: true,
      description: 'Why it was left out; null where it was not.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it was left out or failed, in words; null where neither is so.',
    }),
    parameters: t.expose('parameters', {
      type: 'JSON',
      nullable: true,
      description: "What the template's body says to this contact; null: what it says to everybody.",
    }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      description: 'While PENDING: not before then, because of the recipient limit.',
    }),
    messageId: t.exposeID('messageId', { nullable: true, description: 'The message; null where none was made.' }),
    error: t.expose('error', { type: MessageErrorType, nullable: true, description: 'Why the message failed.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true, description: 'When WhatsApp accepted it.' }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: "When it reached the customer's phone.",
    }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true, description: 'When it was read.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', nullable: true, description: 'When it was given up.' }),
  }),
})

export const RecipientEdge = builder.edgeObject({
  type: Recipient,
  name: 'BroadcastRecipientEdge',
  description: 'A recipient in the ledger.',
})

export const RecipientConnection = {
  node: Recipient,
  connection: builder.connectionObject(
    { type: Recipient, name: 'BroadcastRecipientConnection', description: 'A page of a ledger.' },
    RecipientEdge,
  ),
}
