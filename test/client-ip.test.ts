import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientIp, clientIpOf, createForwardedWarning, limitKey, parseTrustProxy } from '../src/core/client-ip.js'
import { createLogger } from '../src/core/logger.js'

describe('TRUST_PROXY', () => {
  it.each(['off', 'OFF', 'false', 'no', '0', ' off '])('trusts nobody with %j', (value) => {
    expect(parseTrustProxy(value)).toBeNull()
  })

  it('takes a number of proxies from 1 to 32', () => {
    expect(parseTrustProxy('1')).toEqual({ hops: 1 })
    expect(parseTrustProxy('32')).toEqual({ hops: 32 })
    expect(() => parseTrustProxy('33')).toThrow('from 1 to 32')
  })

  it.each([
    'true',
    'on',
    'yes',
    '*',
    'all',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/8, 0.0.0.0/0',
    '0.0.0.0/1,128.0.0.0/1',
    '::ffff:0:0/96',
    '::/1',
    '2000::/3',
  ])('refuses to trust everyone: %s', (value) => {
    expect(() => parseTrustProxy(value)).toThrow('would believe everyone')
  })

  it.each([
    'loopback',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'fc00::/129',
    '-1',
    '1.5',
    ',',
    Array.from({ length: 65 }, (_, host) => `10.0.0.${host}`).join(),
  ])('refuses what is neither a number nor a list of networks: %s', (value) => {
    expect(() => parseTrustProxy(value)).toThrow(/^off, a/)
  })
})

describe('the client of a request', () => {
  const remote = '10.0.0.1'

  it('is the socket, whatever the headers claim, where no proxy is trusted', () => {
    expect(clientIp('203.0.113.9', '198.51.100.1, 198.51.100.2', null)).toBe('203.0.113.9')
  })

  it.each([
    [1, '198.51.100.9', '198.51.100.9'],
    [1, 'spoofed, 192.0.2.66, 198.51.100.9', '198.51.100.9'],
    [2, '192.0.2.66, 198.51.100.9, 10.0.0.2', '198.51.100.9'],
    [3, '198.51.100.9', '198.51.100.9'],
    [1, undefined, remote],
    [1, '', remote],
  ])('behind %i proxies with X-Forwarded-For %j is %s', (hops, forwardedFor, expected) => {
    expect(clientIp(remote, forwardedFor, { hops })).toBe(expected)
  })

  const networks = parseTrustProxy('10.0.0.0/8, fd00::/8 192.0.2.1')

  it.each([
    ['10.0.0.1', '192.0.2.66, 198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '192.0.2.66, 198.51.100.9, 10.1.2.3, fd00::5', '198.51.100.9'],
    ['::ffff:10.0.0.1', '198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '10.0.0.3, ::ffff:10.0.0.2', '10.0.0.3'],
    ['192.0.2.2', '198.51.100.9', '192.0.2.2'],
    ['192.0.2.1', '198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '198.51.100.9, unknown, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', '1', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.9:4711', '198.51.100.9'],
    ['10.0.0.1', '[2001:db8::9]:4711', '2001:db8::9'],
    ['10.0.0.1', '"198.51.100.9"', '10.0.0.1'],
  ])(
    'from %s with X-Forwarded-For %j is the right-most address outside the trusted networks: %s',
    (socket, forwardedFor, expected) => {
      expect(clientIp(socket, forwardedFor, networks)).toBe(expected)
    },
  )

  it('reads several headers as one list', () => {
    expect(clientIp(remote, ['192.0.2.66', '198.51.100.9'], { hops: 1 })).toBe('198.51.100.9')
  })

  it('is one address in whatever form the socket writes it', () => {
    expect(clientIp('::ffff:203.0.113.9', undefined, null)).toBe('203.0.113.9')
    expect(clientIp('2001:DB8:0:0::9', undefined, null)).toBe('2001:db8::9')
    expect(clientIp('fe80::1%eth0', undefined, null)).toBe('fe80::1')
    expect(clientIp(undefined, '198.51.100.9', networks)).toBe('unknown')
  })

  it('is found without an exception, and never chosen by an untrusted socket, whatever the header holds', () => {
    const entry = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.1', '[', ']:1', '%', '::%'))
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        expect(typeof clientIp(remote, entries.join(','), networks)).toBe('string')
        expect(clientIp('203.0.113.9', entries.join(','), networks)).toBe('203.0.113.9')
        expect(typeof limitKey(entries.join(','))).toBe('string')
      }),
    )
  })

  it('is the same for a request and for a WebSocket upgrade', async () => {
    const trust = parseTrustProxy('127.0.0.0/8')
    const seen: string[] = []
    const look = (req: IncomingMessage) => seen.push(clientIpOf(req, trust))
    const server = createServer((req, res) => {
      look(req)
      res.end()
    })
    server.on('upgrade', (req, socket) => {
      look(req)
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    for (const headers of ['Connection: close', 'Connection: Upgrade\r\nUpgrade: websocket']) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.66, 198.51.100.9\r\n${headers}\r\n\r\n`)
      await once(socket.resume(), 'close')
    }
    server.close()
    expect(seen).toEqual(['198.51.100.9', '198.51.100.9'])
  })
})

describe('what limits count by', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (ip, key) => {
    expect(limitKey(ip)).toBe(key)
  })
})

describe('forwarded headers while TRUST_PROXY is off', () => {
  const warningsOf = (trust: ReturnType<typeof parseTrustProxy>, headers: Record<string, string>[]) => {
    const lines: string[] = []
    const warn = createForwardedWarning(trust, createLogger('info', { write: (line) => lines.push(line) }))
    for (const each of headers) warn({ headers: each })
    return lines
  }

  it('are warned of once, without the address', () => {
    const forwarded = { 'x-forwarded-for': '198.51.100.9' }
    const lines = warningsOf(null, [{}, forwarded, forwarded])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('TRUST_PROXY')
    expect(lines[0]).not.toContain('198.51.100.9')
  })

  it('are not warned of where none arrive, or a proxy is trusted', () => {
    expect(warningsOf(null, [{}, {}])).toHaveLength(0)
    expect(warningsOf({ hops: 1 }, [{ 'x-forwarded-for': '198.51.100.9' }])).toHaveLength(0)
  })
})
