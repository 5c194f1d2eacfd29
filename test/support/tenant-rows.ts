import { type IdKind, idPrefixes, newId } from '../../src/core/ids.js'
import { ask, bearer } from './graph.js'
import type { Rows } from './rows.js'
import type { TestServer } from './server.js'
import { type Ids, nobodys } from './tenant-probes.js'
import { newWebhook } from './webhooks.js'

/** Kinds that no id leads to from outside: events are named by cursors. */
const unnamed = ['Event'] as const
export const namedKinds = (Object.keys(idPrefixes) as IdKind[]).filter((kind) => !unnamed.some((not) => not === kind))

/** One thing of each kind for an organization, made past the doors, with its own number where it has none. */
export async function rowsOfTenant(rows: Rows, organizationId: string): Promise<Ids> {
  const first = async (table: string) => {
    const sql = `SELECT id FROM "${table}" WHERE "organizationId" = $1 ORDER BY id LIMIT 1`
    const [row] = await rows.select(sql, [organizationId])
    return row ? String(row.id) : null
  }
  const WhatsAppConnection = (await first('WhatsAppConnection')) ?? (await rows.connection(organizationId))
  const Member = await rows.member(organizationId, { name: `Member of ${organizationId}` })
  const open = { windowExpiresAt: new Date(Date.now() + 3_600_000), assignedToId: Member }
  const { id: Conversation, contactId: Contact } = await rows.conversation(organizationId, open)
  await rows.select('UPDATE "Contact" SET "optedIn" = true, name = $2 WHERE id = $1', [Contact, 'Asha Rao'])
  const consent = { organizationId, contactId: Contact, optedIn: true, source: 'test' }
  for (let i = 0; i < 3; i++) await rows.insert('ConsentRecord', consent)
  const of = { organizationId, conversationId: Conversation, contactId: Contact }
  const wamid = `wamid.${newId('Message')}`
  const Message = await rows.message(of, { wamid, text: `A secret of ${organizationId}` })
  await rows.message(of)
  const Template = newId('Template')
  await rows.insert('Template', {
    organizationId,
    id: Template,
    businessAccountId: WhatsAppConnection,
    whatsappId: Template,
    name: 'own',
    language: 'en',
    category: 'UTILITY',
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    components: '[]',
    syncedAt: new Date(),
  })
  const Broadcast = newId('Broadcast')
  await rows.insert('Broadcast', {
    organizationId,
    id: Broadcast,
    name: `A secret of ${organizationId}`,
    status: 'SCHEDULED',
    connectionId: WhatsAppConnection,
    templateName: 'own',
    language: 'en',
    components: '[]',
    tags: [],
    messagesPerSecond: 80,
    scheduledAt: new Date(Date.now() + 3_600_000),
    updatedAt: new Date(),
  })
  const recipient = { organizationId, broadcastId: Broadcast, contactId: Contact, dueAt: new Date() }
  await rows.insert('BroadcastRecipient', recipient)
  const AuditEntry = newId('AuditEntry')
  const entry = { actorName: 'operator', action: 'API_KEY_CREATED', subjectId: AuditEntry, details: {}, at: new Date() }
  await rows.insert('AuditEntry', { organizationId, id: AuditEntry, ...entry })
  return {
    ...nobodys(),
    Organization: organizationId,
    WhatsAppConnection,
    Contact,
    Conversation,
    Message,
    Media: await rows.media(organizationId),
    Member,
    ApiKey: (await first('ApiKey')) ?? '',
    Template,
    Broadcast,
    AuditEntry,
    ...(await rows.inbox(organizationId, Contact)),
  }
}

/** What is only made through the doors: a webhook that nothing happens to, with the delivery of its test, and keys. */
export async function madeByTenant(server: TestServer, key: string): Promise<Partial<Ids>> {
  const url = 'https://webhooks.example.com/in'
  const { id: Webhook } = await newWebhook(server, url, ['contact.opted_out'], {}, bearer(key))
  const query = 'query ($id: ID!) { webhookDeliveries(webhookId: $id) { nodes { id } } }'
  const { webhookDeliveries } = await ask(server, query, { id: Webhook }, bearer(key))
  const create = `mutation { createApiKey(input: { name: "Own", scopes: ["contacts:read"] }) { apiKey { id } } }`
  const { createApiKey } = await ask(server, create, {}, bearer(key))
  return { Webhook, WebhookDelivery: webhookDeliveries.nodes[0].id, ApiKey: createApiKey.apiKey.id }
}
