import { PaymentLinkStatus } from '../../generated/prisma/client.js'
import { formatAmount } from '../../payments/money.js'
import { createPaymentLink, findPaymentLink, listPaymentLinks, statusOf } from '../../payments/payment-links.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'
import { ContactNode } from './contact.js'

const PaymentLinkStatusEnum = builder.enumType('PaymentLinkStatus', {
  description: 'Whether a payment link can be paid.',
  values: {
    [PaymentLinkStatus.OPEN]: { description: 'It can be paid.' },
    [PaymentLinkStatus.PAID]: { description: 'It has been paid. Each can be paid once.' },
    [PaymentLinkStatus.EXPIRED]: { description: 'Its time is over.' },
  },
})

export const PaymentLinkNode = builder.prismaNode('PaymentLink', {
  id: { resolve: (row) => row.id, description: 'The payment link id (`pay_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    url: t.string({
      description: 'Where it is paid.',
      select: { url: true },
      resolve: ({ url }) => url ?? '',
    }),
    amount: t.field({
      type: 'Decimal',
      description: "In the currency's major unit, with exactly the digits that the currency has.",
      select: { amount: true, currency: true },
      resolve: ({ amount, currency }) => formatAmount(amount.toFixed(), currency),
    }),
    currency: t.exposeString('currency', { description: 'The currency, by ISO 4217.' }),
    description: t.exposeString('description', { description: 'What the payer sees.' }),
    status: t.field({
      type: PaymentLinkStatusEnum,
      description: 'Whether it can be paid.',
      select: { status: true, expiresAt: true },
      resolve: (link, _args, ctx) => statusOf(link, ctx.clock.now()),
    }),
    provider: t.exposeString('provider', { description: 'Who takes the money, such as stripe.' }),
    contactId: t.exposeID('contactId', { nullable: true, description: 'Whom it is for.' }),
    contact: t.relation('contact', {
      type: ContactNode,
      nullable: true,
      description: 'Whom it is for.',
      authScopes: { scope: 'contacts:read' },
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it can be paid.' }),
    paidAt: t.expose('paidAt', { type: 'DateTime', nullable: true, description: 'When it was paid.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('paymentLinks', (t) =>
  t.connection(
    {
      type: PaymentLinkNode,
      description: 'Payment links, newest first.',
      args: {
        status: t.arg({ type: PaymentLinkStatusEnum, description: 'Only those in this state.' }),
        contactId: t.arg.id({ description: 'Only those for this contact.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'payments:write' },
      complexity: listCost,
      resolve: async (_root, { status, contactId, ...args }, ctx, info) =>
        toConnection(await listPaymentLinks(ctx, { status, contactId }, args, pageQuery(ctx, info))),
    },
    { name: 'PaymentLinkConnection', description: 'A page of payment links.' },
    { name: 'PaymentLinkEdge', description: 'A payment link in a list.' },
  ),
)

builder.queryField('paymentLink', (t) =>
  t.field({
    type: PaymentLinkNode,
    nullable: true,
    description: 'One payment link; null where there is none of this id.',
    args: { id: t.arg.id({ required: true, description: 'The payment link id.' }) },
    authScopes: { scope: 'payments:write' },
    resolve: (_root, { id }, ctx, info) => findPaymentLink(ctx, id, rowQuery(ctx, info)),
  }),
)

builder.relayMutationField(
  'createPaymentLink',
  {
    description: 'A new payment link.',
    inputFields: (t) => ({
      amount: t.field({
        type: 'Decimal',
        required: true,
        description: 'In the currency\'s major unit: "499.50" INR, "500" JPY, "1.250" KWD. More than 0.',
      }),
      currency: t.string({ required: true, description: 'The currency, by ISO 4217, such as INR.' }),
      description: t.string({ required: true, description: 'What the payer sees: at most 250 characters.' }),
      contactId: t.id({ description: 'Whom it is for.' }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'Until when it can be paid: within a year. Absent: for ever.',
      }),
      idempotencyKey: t.string({
        description: 'Up to 255 characters. The same key again gives the same link.',
      }),
    }),
  },
  {
    description: 'Makes an address at which a fixed amount is paid, once. `payment.completed` tells of it.',
    authScopes: { scope: 'payments:write' },
    resolve: async (_root, { input }, ctx) => ({ paymentLink: await createPaymentLink(ctx, input) }),
  },
  {
    description: 'The new payment link.',
    outputFields: (t) => ({
      paymentLink: t.field({
        type: PaymentLinkNode,
        description: 'The new payment link.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.paymentLink),
      }),
    }),
  },
)
