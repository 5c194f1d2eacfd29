import ipaddr from 'ipaddr.js'

/** Where IPv6 addresses of the public Internet lie (RFC 4291, as IANA assigns them). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address is one of the public Internet. Everything else is not: private, loopback, link-local (the cloud's
 * metadata service), carrier-grade NAT, multicast, reserved; and IPv6 forms that carry an IPv4 address, whatever that is.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(globalUnicast)
}
