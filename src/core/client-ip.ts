import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js'
import type { Logger } from './logger.js'

type Network = readonly [IPv4 | IPv6, number]

/** Which proxies may say who the client is: so many in front of us, or those in these networks. Null: none. */
export type TrustProxy = { hops: number } | { networks: readonly Network[] }

const maxHops = 32
const maxNetworks = 64
/** The widest networks that anyone runs proxies in: 10.0.0.0/8 and fc00::/7. */
const widestPrefix = { ipv4: 8, ipv6: 7 }

/**
 * TRUST_PROXY: `off`, a number of proxies, or a list of addresses and CIDR networks separated by commas.
 * Never everyone: whoever may write X-Forwarded-For chooses the address that limits are counted for.
 *
 * @throws Error whose message ends the sentence "TRUST_PROXY must be ..."
 */
export function parseTrustProxy(value: string): TrustProxy | null {
  const word = value.trim().toLowerCase()
  if (['off', 'false', 'no', '0'].includes(word)) return null
  if (['on', 'true', 'yes', 'all', '*'].includes(word)) {
    throw new Error(`off, a number of proxies, or their networks: "${word}" would believe everyone`)
  }
  if (/^\d+$/.test(word)) {
    const hops = Number(word)
    if (hops > maxHops) throw new Error(`off, a list of networks, or a number of proxies from 1 to ${maxHops}`)
    return { hops }
  }
  const parts = word.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length === 0 || parts.length > maxNetworks) {
    throw new Error(`off, a number of proxies, or a list of at most ${maxNetworks} networks such as 10.0.0.0/8`)
  }
  return { networks: parts.map(parseNetwork) }
}

function parseNetwork(text: string): Network {
  const [address = '', bits, ...rest] = text.split('/')
  const parsed = parseIp(address)
  const width = address.includes(':') ? 128 : 32
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!parsed || rest.length > 0 || !(prefix <= width)) {
    throw new Error(`off, a number of proxies, or a list of networks such as 10.0.0.0/8: "${text}" is none of these`)
  }
  // A network of IPv4-mapped addresses (::ffff:10.0.0.0/104) is an IPv4 network, as its addresses are.
  const unwrapped = parsed.kind() === 'ipv4' && width === 128 ? prefix - 96 : prefix
  if (unwrapped < widestPrefix[parsed.kind()]) {
    throw new Error(`off, a number of proxies, or a list of networks: "${text}" is too wide, it would believe everyone`)
  }
  return [parsed, unwrapped]
}

/**
 * The right-most address that no trusted proxy vouches for: walking from the socket backwards through
 * X-Forwarded-For, each trusted hop names the one before it. What stands left of that, the client wrote itself.
 * An entry that is no address ends the walk. IPv4-mapped IPv6 is unwrapped; `unknown` where the socket has no address.
 */
export function clientIp(
  remoteAddress: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trust: TrustProxy | null,
): string {
  let current = parseIp(remoteAddress ?? '')
  if (trust) {
    const hops = String(forwardedFor ?? '').split(',')
    for (let hop = 1; isTrusted(current, hop, trust); hop++) {
      const named = parseIp(hopAddress(hops.pop() ?? ''))
      if (!named) break
      current = named
    }
  }
  return current?.toString() ?? 'unknown'
}

/** Of an HTTP request or a WebSocket upgrade. */
export const clientIpOf = (req: IncomingMessage, trust: TrustProxy | null): string =>
  clientIp(req.socket.remoteAddress, req.headers['x-forwarded-for'], trust)

/** What limits count by: an IPv4 address as it is, an IPv6 one by its /64, which is what one customer is given. */
export function limitKey(ip: string): string {
  const parsed = parseIp(ip)
  if (parsed?.kind() !== 'ipv6') return ip
  const [a = 0, b = 0, c = 0, d = 0] = (parsed as IPv6).parts
  return `${new ipaddr.IPv6([a, b, c, d, 0, 0, 0, 0])}/64`
}

/** A function for each request that warns, once, where a proxy seems to stand in front and TRUST_PROXY is off. */
export function createForwardedWarning(
  trust: TrustProxy | null,
  logger: Logger,
): (req: Pick<IncomingMessage, 'headers'>) => void {
  let said = trust !== null
  return (req) => {
    if (said || req.headers['x-forwarded-for'] === undefined) return
    said = true
    logger.warn(
      'X-Forwarded-For arrives while TRUST_PROXY is off: behind a proxy, all its clients share one request limit',
    )
  }
}

function isTrusted(address: IPv4 | IPv6 | null, hop: number, trust: TrustProxy): boolean {
  if ('hops' in trust) return hop <= trust.hops
  return address !== null && trust.networks.some((network) => inNetwork(address, network))
}

const inNetwork = (address: IPv4 | IPv6, [network, prefix]: Network) =>
  address.kind() === network.kind() && address.match(network, prefix)

/** Some proxies write the port too: "203.0.113.1:4711", "[2001:db8::1]:4711". */
function hopAddress(entry: string): string {
  const text = entry.trim()
  const [, bracketed, v4] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? []
  return bracketed ?? v4 ?? text
}

/** Strict where ipaddr.js alone takes "1" or "0x7f.1" for an address; a zone ("%eth0") is no part of who it is. */
function parseIp(text: string): IPv4 | IPv6 | null {
  const [address = ''] = text.split('%')
  return isIP(address) === 0 ? null : ipaddr.process(address)
}
