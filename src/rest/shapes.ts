import type { ConnectionStatusQuery, ReadEventsQuery, UploadMediaMutation } from '../operations/generated/graphql.js'
import { pageOf, type RestRequest } from './request.js'

/** The documented bodies (contract, section 5) that are REST's alone; those it shares stand in operations/shapes. */
type Page<Node> = { nodes: Node[]; totalCount: number }

export const identity = <T>(value: T): T => value

export function list<Node>(connection: Page<Node>, query: RestRequest['query'], shape: (node: Node) => unknown) {
  const { page, limit } = pageOf(query)
  const total = connection.totalCount
  const totalPages = Math.ceil(total / limit)
  return {
    data: connection.nodes.map(shape),
    pagination: { page, limit, total, totalPages, hasMore: page < totalPages },
  }
}

export const status = (connection: ConnectionStatusQuery['connection']) =>
  connection ?? { connected: false, phoneNumber: null, connectionType: 'cloud_api', businessName: null }

export const media = ({ id: mediaId, ...fields }: UploadMediaMutation['uploadMedia']['media']) => ({
  mediaId,
  ...fields,
})

/** Each event as webhooks carry it (contract, section 8), with its place. */
export const events = ({ nodes, cursor, hasMore }: ReadEventsQuery['eventLog']) => ({
  data: nodes.map(({ id, type, organizationId, timestamp, data, cursor }) => ({
    id,
    event: type,
    organizationId,
    timestamp,
    data,
    cursor,
  })),
  cursor,
  hasMore,
})
