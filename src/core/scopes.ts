/** What a key may do (contract, section 3), each with what it is for. `*` stands for all of them. */
export const scopes = {
  'contacts:read': 'Read contacts.',
  'contacts:write': 'Create, change and delete contacts.',
  'conversations:read': 'Read conversations.',
  'conversations:write': 'Assign, resolve and reopen conversations, mark them read, and change members.',
  'messages:read': 'Read messages.',
  'messages:send': 'Send messages.',
  'media:read': 'Read and download media.',
  'media:write': 'Upload media.',
  'templates:read': 'Read templates.',
  'templates:write': 'Synchronise templates.',
  'broadcasts:read': 'Read broadcasts.',
  'broadcasts:send': 'Create and control broadcasts.',
  'webhooks:manage': 'Read and change webhooks.',
  'analytics:read': 'Read analytics.',
  'payments:write': 'Create and read payment links.',
  'agents:read': 'Read AI agents and quick replies.',
  'agents:write': 'Change AI agents and quick replies.',
  'keys:manage': 'Create, rotate and revoke API keys, connect WhatsApp numbers, and read the audit log.',
} as const satisfies Record<string, string>

export type NamedScope = keyof typeof scopes
export type Scope = NamedScope | '*'

export const isScope = (value: unknown): value is Scope =>
  value === '*' || (typeof value === 'string' && Object.hasOwn(scopes, value))

export const holdsScope = (held: ReadonlySet<Scope>, needed: NamedScope): boolean => held.has('*') || held.has(needed)
