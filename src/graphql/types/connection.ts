import { findConnection } from '../../connections/connections.js'
import { ConnectionStatus } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { rowQuery } from '../connections.js'

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
    description: 'The WhatsApp number of the organization; null where it has none.',
    resolve: (_root, _args, ctx, info) => findConnection(ctx, rowQuery(ctx, info)),
  }),
)
