import { connectWhatsApp, disconnectWhatsApp } from '../../connections/connect.js'
import { findConnection, listConnections } from '../../connections/connections.js'
import { ConnectionStatus } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'

const ConnectionStatusEnum = builder.enumType('ConnectionStatus', {
  description: 'Whether a WhatsApp number can be used.',
  values: {
    [ConnectionStatus.PENDING]: { description: 'Not yet checked against the WhatsApp API.' },
    [ConnectionStatus.CONNECTED]: { description: 'The API answered for this number.' },
    [ConnectionStatus.DISCONNECTED]: { description: 'The API refused or could not be reached.' },
  },
})

export const ConnectionNode = builder.prismaNode('WhatsAppConnection', {
  id: { resolve: (row) => row.id, description: 'The connection id (`wac_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    status: t.expose('status', { type: ConnectionStatusEnum, description: 'Whether the number can be used.' }),
    connected: t.boolean({
      description: 'Whether the status is CONNECTED.',
      select: { status: true },
      resolve: (connection) => connection.status === 'CONNECTED',
    }),
    connectionType: t.string({
      description: 'How the number is reached: "cloud_api".',
      resolve: () => 'cloud_api',
    }),
    fromEnvironment: t.boolean({
      description: "Whether the server's own WHATSAPP_ variables name the number: then nobody can disconnect it here.",
      select: { source: true },
      resolve: ({ source }) => source === 'ENVIRONMENT',
    }),
    phoneNumberId: t.string({
      nullable: true,
      description: "Meta's id of the number; null where another organization has connected it since.",
      select: { phoneNumberId: true },
      resolve: ({ phoneNumberId }) => (/^\d+$/.test(phoneNumberId) ? phoneNumberId : null),
    }),
    businessAccountId: t.exposeString('businessAccountId'),
    phoneNumber: t.exposeString('displayPhoneNumber', {
      nullable: true,
      description: 'The number as people write it, such as "+91 98765 43210"; null until WhatsApp has been asked.',
    }),
    businessName: t.exposeString('verifiedName', { nullable: true, description: 'The name that customers see.' }),
    qualityRating: t.exposeString('qualityRating', {
      nullable: true,
      description: "WhatsApp's rating of the number: GREEN, YELLOW, RED, NA or UNKNOWN.",
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why the number is disconnected; null where it is not.',
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When WhatsApp was last asked about the number.',
    }),
  }),
})

builder.queryField('connection', (t) =>
  t.field({
    type: ConnectionNode,
    nullable: true,
    description: 'The WhatsApp number that the organization writes from; null where it has none.',
    resolve: (_root, _args, ctx, info) => findConnection(ctx, rowQuery(ctx, info)),
  }),
)

builder.queryField('connections', (t) =>
  t.connection(
    {
      type: ConnectionNode,
      description: 'The WhatsApp numbers of the organization, newest first; disconnected ones too.',
      args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) => toConnection(await listConnections(ctx, args, pageQuery(ctx, info))),
    },
    { name: 'WhatsAppConnectionConnection', description: 'A page of WhatsApp numbers.' },
    { name: 'WhatsAppConnectionEdge', description: 'A WhatsApp number in a list.' },
  ),
)

builder.relayMutationField(
  'connectWhatsApp',
  {
    description: "A number of Meta's Cloud API and the secrets of the app that may use it. None of them is ever shown.",
    inputFields: (t) => ({
      phoneNumberId: t.string({ required: true, description: "Meta's id of the number: digits." }),
      businessAccountId: t.string({ required: true, description: "Meta's id of its WhatsApp Business Account." }),
      accessToken: t.string({
        required: true,
        description: 'A token that may send and manage; best of a system user.',
      }),
      appSecret: t.string({ required: true, description: "The app's secret: its webhooks are signed with it." }),
      verifyToken: t.string({ required: true, description: "What the app's webhook is set up with, at your choice." }),
    }),
  },
  {
    description:
      'Connects a WhatsApp number, or gives a connected one new secrets. WhatsApp is asked with them first. CONFLICT where the number or its account is connected elsewhere.',
    authScopes: { scope: 'keys:manage' },
    resolve: async (_root, { input }, ctx) => ({ connection: await connectWhatsApp(ctx, input) }),
  },
  {
    description: 'The connected number.',
    outputFields: (t) => ({
      connection: t.field({
        type: ConnectionNode,
        description: 'The number, as WhatsApp describes it now.',
        resolve: ({ connection }, _args, ctx, info) => wholeRow(ctx, info, connection),
      }),
    }),
  },
)

builder.relayMutationField(
  'disconnectWhatsApp',
  {
    description: 'Which number to disconnect.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The connection.' }) }),
  },
  {
    description:
      'Removes the secrets of a WhatsApp number: nothing goes out or comes in over it any more. Its conversations stay.',
    authScopes: { scope: 'keys:manage' },
    resolve: async (_root, { input }, ctx) => ({ connection: await disconnectWhatsApp(ctx, input) }),
  },
  {
    description: 'The disconnected number.',
    outputFields: (t) => ({
      connection: t.field({
        type: ConnectionNode,
        description: 'The number as it is now.',
        resolve: ({ connection }, _args, ctx, info) => wholeRow(ctx, info, connection),
      }),
    }),
  },
)
