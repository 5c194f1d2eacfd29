import { isIP } from 'node:net'

/**
 * Which Host and Origin a request may name: against pages that point a name of their own at this server (DNS rebinding;
 * MCP, Streamable HTTP, "Security Warning"). PUBLIC_URL, CORS_ORIGINS and this machine; as a Host also an address, and
 * a name of one word, which no public name server answers for.
 */
export function createHostRule(publicUrl: string, corsOrigins: readonly string[]) {
  const origins = new Set([new URL(publicUrl).origin, ...corsOrigins])
  const hosts = new Set([...origins].map((origin) => new URL(origin).hostname))
  return {
    allowsHost(host: string | undefined): boolean {
      const name = hostnameOf(`http://${host ?? ''}`)
      return name !== null && (hosts.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.'))
    },
    /** Absent: no browser. "null", of a sandboxed page, is no address and so is refused. */
    allowsOrigin(origin: string | undefined): boolean {
      if (origin === undefined || origins.has(origin)) return true
      const name = hostnameOf(origin)
      return name !== null && localNames.has(name)
    },
  }
}

export type HostRule = ReturnType<typeof createHostRule>

const localNames = new Set(['localhost', '127.0.0.1', '[::1]'])

const hostnameOf = (address: string): string | null =>
  (URL.canParse(address) ? new URL(address).hostname : null) || null
