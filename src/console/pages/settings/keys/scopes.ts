/** What a key may do, in groups, in the order in which they are offered. */
export const scopeGroups: readonly { title: string; scopes: Readonly<Record<string, string>> }[] = [
  {
    title: 'Inbox',
    scopes: {
      'conversations:read': 'Read conversations',
      'conversations:write': 'Assign, resolve and reopen conversations, mark them read, and change members',
      'messages:read': 'Read messages',
      'messages:send': 'Send messages',
      'media:read': 'Read and download media',
      'media:write': 'Upload media',
    },
  },
  {
    title: 'Contacts and campaigns',
    scopes: {
      'contacts:read': 'Read contacts',
      'contacts:write': 'Create, change and delete contacts',
      'templates:read': 'Read templates',
      'templates:write': 'Synchronise templates',
      'broadcasts:read': 'Read broadcasts',
      'broadcasts:send': 'Create and control broadcasts',
      'payments:write': 'Create and read payment links',
      'analytics:read': 'Read analytics',
    },
  },
  {
    title: 'Automation and administration',
    scopes: {
      'agents:read': 'Read AI agents and quick replies',
      'agents:write': 'Change AI agents and quick replies',
      'webhooks:manage': 'Read and change webhooks',
      'keys:manage': 'Create, rotate and revoke API keys, connect WhatsApp numbers, and read the audit log',
    },
  },
]

/** In words short enough for a row: everything, or so many of them. */
export const scopesInShort = (scopes: readonly string[]): string => {
  if (scopes.includes('*')) return 'Everything'
  return scopes.length <= 2 ? scopes.join(', ') : `${scopes.slice(0, 2).join(', ')} and ${scopes.length - 2} more`
}
