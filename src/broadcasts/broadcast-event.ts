import type { NewEvent } from '../events/log.js'
import type { Broadcast } from '../generated/prisma/client.js'
import type { BroadcastCounts } from './counts.js'

type Named = Pick<Broadcast, 'organizationId' | 'id' | 'name' | 'status' | 'statusReason'>

/** How far a broadcast has come, or that its status changed. */
export const progressEvent = (broadcast: Named, counts: BroadcastCounts): NewEvent => ({
  organizationId: broadcast.organizationId,
  type: 'broadcast.progress',
  data: {
    ...completedData(broadcast, counts),
    status: broadcast.status,
    statusReason: broadcast.statusReason,
    pending: counts.pending + counts.open,
  },
})

/** Contract, section 8. */
export const completedEvent = (broadcast: Named, counts: BroadcastCounts): NewEvent => ({
  organizationId: broadcast.organizationId,
  type: 'broadcast.completed',
  data: completedData(broadcast, counts),
})

const completedData = ({ id, name }: Named, { total, sent, delivered, read, failed, skipped }: BroadcastCounts) => ({
  broadcastId: id,
  name,
  total,
  sent,
  delivered,
  read,
  failed,
  skipped,
})
