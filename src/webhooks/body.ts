/** What a webhook posts (contract, section 8): compact JSON, the same bytes at every attempt. */
export const webhookBody = (event: {
  id: string
  type: string
  organizationId: string
  createdAt: Date
  data: unknown
}): string =>
  JSON.stringify({
    id: event.id,
    event: event.type,
    organizationId: event.organizationId,
    timestamp: event.createdAt.toISOString(),
    data: event.data,
  })
