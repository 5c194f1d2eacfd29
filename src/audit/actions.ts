/** What is written into the audit log, each with what it means. One table: the graph's enum is made of it. */
export const auditActions = {
  API_KEY_CREATED: 'An API key was made. The details have its name, scopes and expiry.',
  API_KEY_ROTATED: 'An API key got a successor. The details have its id and when the old key ends.',
  API_KEY_REVOKED: 'An API key was revoked. The details have its name.',
  WHATSAPP_CONNECTED: 'A WhatsApp number was connected, or its secrets replaced. The details have its ids.',
  WHATSAPP_DISCONNECTED: 'The secrets of a WhatsApp number were removed. The details have its ids.',
  SECRETS_REENCRYPTED:
    'The secrets of a WhatsApp number, a webhook or an AI agent were encrypted anew. The details have the id of the key.',
} as const satisfies Record<string, string>

export type AuditAction = keyof typeof auditActions
