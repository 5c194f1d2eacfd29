import type { Config } from '../config.js'
import type { Context } from '../context.js'
import { encryptedWith } from '../secrets/cipher.js'
import { examplesShown, type Finding } from './finding.js'

const finding = (check: string, severity: Finding['severity'], what: string, todo: string): Finding => ({
  check: `config.${check}`,
  severity,
  count: 1,
  what,
  todo,
  examples: [],
})

const isLocal = (host: string) => /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\])$/.test(host)

/** Variables that are right each, and together not what somebody who runs this for real would want. */
export function findDoubtful(config: Config): Finding[] {
  const { host, publicUrl, whatsapp, databaseUrl, encryptionKeys, redisUrl, trustProxy, metricsToken } = config
  const isMeta = /(?:^|\.)facebook\.com$/.test(new URL(whatsapp.apiUrl).hostname)
  const { protocol, hostname } = new URL(publicUrl)
  const findings: Finding[] = []
  if (isMeta && (protocol !== 'https:' || isLocal(hostname))) {
    const todo = 'Set PUBLIC_URL to the https address that Meta calls, and put a proxy with a certificate in front.'
    findings.push(finding('public_url', 'problem', `PUBLIC_URL is ${publicUrl}, which WhatsApp cannot reach`, todo))
  }
  if (isMeta && config.allowPrivateUrls) {
    const todo = 'Set ALLOW_PRIVATE_URLS off where callers are not all your own.'
    findings.push(finding('private_urls', 'note', 'webhooks and mediaUrl may reach private addresses', todo))
  }
  if (databaseUrl !== null && encryptionKeys === null) {
    const todo = 'Set KAANHA_ENCRYPTION_KEYS (npm run --silent secrets -- key makes one), and keep it.'
    findings.push(finding('encryption_keys', 'note', 'no secret can be stored', todo))
  }
  if (databaseUrl !== null && redisUrl === null) {
    const todo = 'One server needs none. Several: set REDIS_URL on all, or limits count for each of them alone.'
    findings.push(finding('redis', 'note', 'limits and wake-ups are those of one server', todo))
  }
  if (protocol === 'https:' && trustProxy === null) {
    const todo = 'Set TRUST_PROXY to the number of proxies, or all callers share the limit of one address.'
    findings.push(
      finding('trust_proxy', 'note', 'PUBLIC_URL is https, so a proxy stands in front, and none is trusted', todo),
    )
  }
  if (metricsToken === null && !isLocal(host)) {
    const todo = 'Set METRICS_TOKEN, or let the proxy answer /metrics.'
    findings.push(finding('metrics', 'note', '/metrics is open to whoever reaches this server', todo))
  }
  return findings
}

const sealedSql = `
  SELECT id, secrets AS sealed FROM "WhatsAppConnection" WHERE secrets IS NOT NULL
  UNION ALL SELECT id, secret FROM "Webhook" UNION ALL SELECT id, "previousSecret" FROM "Webhook" WHERE "previousSecret" IS NOT NULL
  UNION ALL SELECT id, "apiKey" FROM "AiAgent" WHERE "apiKey" IS NOT NULL`

/** Secrets that were encrypted with a key which is not among `keyIds`. */
export async function findLocked({ database }: Pick<Context, 'database'>, keyIds: string[]): Promise<Finding[]> {
  const rows = await database.query<{ id: string; sealed: Uint8Array }>(sealedSql)
  const locked = rows.filter(({ sealed }) => !keyIds.includes(keyOf(sealed)))
  if (locked.length === 0) return []
  const ids = [...new Set(locked.map(({ sealed }) => keyOf(sealed)))]
  return [
    {
      check: 'secrets.locked',
      severity: 'problem',
      count: locked.length,
      what: `${locked.length} stored secrets cannot be read: the key ${ids.join(', ')} is missing`,
      todo: 'Add the key to KAANHA_ENCRYPTION_KEYS (or DATA_DIR/encryption-keys), behind the first; else set these secrets anew.',
      examples: locked.slice(0, examplesShown).map(({ id }) => id),
    },
  ]
}

function keyOf(sealed: Uint8Array): string {
  try {
    return encryptedWith(sealed)
  } catch {
    return 'unknown'
  }
}
