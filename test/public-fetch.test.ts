import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '../src/net/addresses.js'
import {
  createPublicFetcher,
  FetchRefused,
  type PublicRequest,
  type Resolve,
  refusalOf,
} from '../src/net/public-fetcher.js'

describe('isPublicAddress', () => {
  test.each(['8.8.8.8', '1.1.1.1', '151.101.1.140', '2606:4700::6810:84e5', '2a00:1450:4001:82f::200e'])(
    '%s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  test.each([
    ...[
      '127.0.0.1',
      '127.255.255.254',
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ],
    ...['169.254.169.254', '169.254.0.1', '100.64.0.1', '100.127.255.255', '192.0.0.1', '192.0.2.1', '198.18.0.1'],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1'],
    ...['64:ff9b::808:808', '64:ff9b:1::1', '2002:7f00:1::', '2002:808:808::1', '2001::1', '2001:db8::1', 'fe80::1'],
    ...['fec0::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '100::1', '3fff::1', '5f00::1', 'fd00:ec2::254'],
    ...['', 'localhost', 'example.com', '1.2.3.4.5'],
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

/** A listener that tells whether anything connected at all. */
async function listener() {
  let connections = 0
  const server = createTcpServer((socket) => {
    connections++
    socket.on('error', () => undefined).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

async function website(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Guard = { allowPrivate?: boolean; resolve?: Resolve; isAllowed?: (address: string) => boolean }

function fetcher(options: Guard = {}) {
  const created = createPublicFetcher({ allowPrivate: false, ...options })
  onTestFinished(() => created.close())
  return (url: string, more: Partial<PublicRequest> = {}) => created.request({ url, timeoutMs: 5000, ...more })
}

const resolvingTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

describe('what is not public is refused, and nothing is reached', () => {
  test.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '0', '0.0.0.0'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]'],
    ...['[2002:7f00:1::]', 'localhost', 'LOCALHOST.', '127.0.0.1.', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1'],
  ])('https://%s', async (host) => {
    const { port, connections } = await listener()
    await expect(fetcher()(`https://${host}:${port}/`)).rejects.toThrow(FetchRefused)
    expect(connections()).toBe(0)
  })

  test.each([
    ...['10.0.0.1', '192.168.0.1', '172.16.0.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255'],
    ...['[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]'],
  ])('https://%s, at once', async (host) => {
    await expect(fetcher()(`https://${host}/`)).rejects.toThrow('not public')
  })

  test.each([
    ['inward', ['127.0.0.1']],
    ['to both', ['8.8.8.8', '127.0.0.1']],
    ['to the metadata service', ['169.254.169.254']],
    ['inward by IPv6', ['::1']],
    ['inward in disguise', ['::ffff:127.0.0.1']],
    ['inward by NAT64', ['64:ff9b::7f00:1']],
  ])('a name that resolves %s', async (_how, addresses) => {
    const { port, connections } = await listener()
    await expect(fetcher({ resolve: resolvingTo(...addresses) })(`https://files.example:${port}/`)).rejects.toThrow(
      'not public',
    )
    expect(connections()).toBe(0)
  })

  test('a name that nobody knows, or whose answer is empty', async () => {
    await expect(fetcher({ resolve: resolvingTo() })('https://files.example/')).rejects.toThrow('not known')
    const failing: Resolve = () => Promise.reject(new Error('ENOTFOUND'))
    await expect(fetcher({ resolve: failing })('https://files.example/')).rejects.toThrow('not known')
  })

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:1',
    'x',
    '',
  ])('the address %j', async (url) => {
    await expect(fetcher()(url)).rejects.toThrow(FetchRefused)
  })

  test('a user name or password in the address', async () => {
    for (const credentials of ['me@', 'me:secret@', ':secret@']) {
      await expect(fetcher()(`https://${credentials}example.com/`)).rejects.toThrow('user name')
    }
  })
})

describe('where private addresses are allowed', () => {
  const open = () => fetcher({ allowPrivate: true })

  test('the answer streams, with our headers and nothing packed asked for', async () => {
    const asked: IncomingMessage['headers'][] = []
    const base = await website((req, res) => {
      asked.push(req.headers)
      res.end('bytes')
    })
    const { status, body } = await open()(`${base}/a`, { headers: { accept: '*/*' } })
    expect([status, (await body.toArray()).join('')]).toEqual([200, 'bytes'])
    expect(asked[0]).toMatchObject({ accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'kaanha-graph' })
  })

  test('a body is posted, and a redirect not followed unless asked for', async () => {
    const base = await website((req, res) => {
      req.pipe(res.writeHead(307, { location: '/elsewhere' }))
    })
    const { status, body } = await open()(base, { method: 'POST', body: 'given' })
    expect([status, (await body.toArray()).join('')]).toEqual([307, 'given'])
  })

  test('redirects are followed as often as allowed, and each address is checked anew', async () => {
    const base = await website((req, res) => {
      const hop = Number(req.url?.slice(1))
      if (hop === 0) res.end('there')
      else if (hop > 90) res.writeHead(302, { location: 'ftp://example.com/' }).end()
      else res.writeHead(302, { location: `/${hop - 1}` }).end()
    })
    const { body } = await open()(`${base}/3`, { maxRedirects: 3 })
    expect((await body.toArray()).join('')).toBe('there')
    await expect(open()(`${base}/4`, { maxRedirects: 3 })).rejects.toThrow('redirects too often')
    await expect(open()(`${base}/99`, { maxRedirects: 3 })).rejects.toThrow('https')
  })

  test('a redirect inward reaches nothing, whether by an address or by a name', async () => {
    const { port, connections } = await listener()
    const base = await website((req, res) => {
      const host = req.url === '/name' ? 'inward.example' : '127.0.0.2'
      res.writeHead(302, { location: `http://${host}:${port}/` }).end()
    })
    const isAllowed = (address: string) => address === '127.0.0.1'
    const guarded = fetcher({ allowPrivate: true, isAllowed, resolve: resolvingTo('127.0.0.2') })
    for (const path of ['/address', '/name']) {
      await expect(guarded(base + path, { maxRedirects: 3 })).rejects.toThrow('not public')
    }
    expect(connections()).toBe(0)
  })

  test('a compressed answer is refused', async () => {
    const base = await website((_req, res) => void res.writeHead(200, { 'content-encoding': 'br' }).end('x'))
    await expect(open()(base)).rejects.toThrow('compressed')
  })

  test('the time holds for the whole: one that never answers, and one that never ends', async () => {
    const silent = await website(() => undefined)
    await expect(open()(silent, { timeoutMs: 100 })).rejects.toThrow('in time')
    const endless = await website((_req, res) => void res.write('x'))
    const { body } = await open()(endless, { timeoutMs: 300 })
    const failure = await body.toArray().then(
      () => null,
      (error: unknown) => error,
    )
    expect(refusalOf(failure).message).toBe('did not answer in time')
  })
})
