import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { generateSecret, type Signed, secretFault, signatureHeaders } from '../src/webhooks/signature.js'

const body = JSON.stringify({ id: 'evt_1', event: 'message.received', data: { text: 'नमस्ते 🙏' } })
const sign = (given: Partial<Signed> = {}) =>
  signatureHeaders({
    body,
    eventId: 'evt_1',
    at: new Date(),
    format: 'PREFIXED',
    secret: generateSecret(),
    previousSecret: null,
    ...given,
  })
const hexOf = (secret: string) => createHmac('sha256', secret).update(body, 'utf8').digest('hex')

describe('X-Kaanha-Signature', () => {
  test('is HMAC-SHA256 of the body with the secret as it is shown, prefixed or bare', () => {
    for (const secret of [generateSecret(), 'a secret of mine'.replaceAll(' ', '-')]) {
      expect(sign({ secret })['x-kaanha-signature']).toBe(`sha256=${hexOf(secret)}`)
      expect(sign({ secret, format: 'HEX' })['x-kaanha-signature']).toBe(hexOf(secret))
    }
  })

  test('is by the new secret while the old one still signs', () => {
    const [secret, previousSecret] = [generateSecret(), generateSecret()]
    expect(sign({ secret, previousSecret })['x-kaanha-signature']).toBe(`sha256=${hexOf(secret)}`)
  })

  test('has known answers', () => {
    const headers = signatureHeaders({
      body: '{"test": 2432232314}',
      eventId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
      format: 'HEX',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      previousSecret: null,
    })
    // The example of the Standard Webhooks specification.
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
    expect(headers['webhook-timestamp']).toBe('1614265330')
    expect(headers['webhook-id']).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })
})

describe('the headers of Standard Webhooks', () => {
  test("are accepted by its own library, and refused once anything of them or of the body isn't what was signed", () => {
    const secret = generateSecret()
    const headers = sign({ secret })
    const library = new Webhook(secret)
    expect(library.verify(body, headers)).toEqual(JSON.parse(body))
    expect(() => library.verify(body.replace('evt_1', 'evt_2'), headers)).toThrow()
    expect(() => library.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow()
    const later = String(Number(headers['webhook-timestamp']) + 1)
    expect(() => library.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow()
    expect(() => new Webhook(generateSecret()).verify(body, headers)).toThrow()
  })

  test('hold the signatures of both secrets after a rotation: whoever has either accepts', () => {
    const [secret, previousSecret] = [generateSecret(), generateSecret()]
    const headers = sign({ secret, previousSecret })
    for (const known of [secret, previousSecret]) expect(new Webhook(known).verify(body, headers)).toBeTruthy()
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(() => new Webhook(previousSecret).verify(body, sign({ secret }))).toThrow()
  })

  test('of a secret that is not whsec_ are by its bytes in UTF-8', () => {
    const secret = 'sixteen-letters-or-more'
    const library = new Webhook(Buffer.from(secret, 'utf8').toString('base64'))
    expect(library.verify(body, sign({ secret }))).toBeTruthy()
  })
})

describe('a secret', () => {
  const size = { min: 16, max: 256 }

  test('that is made is whsec_ and 32 bytes, another each time', () => {
    const secrets = Array.from({ length: 50 }, generateSecret)
    expect(new Set(secrets).size).toBe(50)
    for (const secret of secrets) {
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
      expect(secretFault(secret, size)).toBe(null)
    }
  })

  test.each(['x'.repeat(16), 'x'.repeat(256), `whsec_${Buffer.alloc(16, 1).toString('base64')}`])(
    'may be %s',
    (secret) => expect(secretFault(secret, size)).toBe(null),
  )

  test.each([
    '',
    'x'.repeat(15),
    'x'.repeat(257),
    'has spaces in between it',
    'has-a-नमस्ते-in-it',
    `new-line-in-it-${'\n'}`,
    'whsec_not*base64*at*all',
    `whsec_${Buffer.alloc(15, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(20, 1).toString('base64').replace('=', '')}`,
  ])('may not be %j', (secret) => expect(secretFault(secret, size)).toMatch(/^must /))
})
