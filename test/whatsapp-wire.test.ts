import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../src/core/errors.js'
import type { SendableContent } from '../src/whatsapp/content.js'
import { upstreamDomainError, upstreamRule, upstreamRules } from '../src/whatsapp/error-codes.js'
import { readReceiptPayload, sendPayload } from '../src/whatsapp/outbound.js'
import { verifySignature } from '../src/whatsapp/signature.js'
import { parseUpstreamError } from '../src/whatsapp/upstream-error.js'

describe('the signature of a webhook', () => {
  const secret = 'app-secret'
  const body = Buffer.from('{"object":"whatsapp_business_account","text":"\\u00e9"}')
  const sign = (bytes: Uint8Array, key = secret) => createHmac('sha256', key).update(bytes).digest('hex')

  it('holds for the very bytes, in lower or upper case', () => {
    expect(verifySignature(body, `sha256=${sign(body)}`, secret)).toBe(true)
    expect(verifySignature(body, `sha256=${sign(body).toUpperCase()}`, secret)).toBe(true)
    expect(verifySignature(Buffer.alloc(0), `sha256=${sign(Buffer.alloc(0))}`, secret)).toBe(true)
  })

  it('is that of RFC 4231, test case 2', () => {
    const header = 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    expect(verifySignature(Buffer.from('what do ya want for nothing?'), header, 'Jefe')).toBe(true)
  })

  it('does not hold for the same JSON written again', () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
    expect(verifySignature(again, `sha256=${sign(body)}`, secret)).toBe(false)
  })

  it('does not hold for another body, another secret or no secret', () => {
    expect(verifySignature(Buffer.from('other'), `sha256=${sign(body)}`, secret)).toBe(false)
    expect(verifySignature(body, `sha256=${sign(body, 'other')}`, secret)).toBe(false)
    expect(verifySignature(body, `sha256=${sign(body, '')}`, '')).toBe(false)
  })

  it('does not hold once any one of its digits differs', () => {
    const digits = sign(body)
    for (let index = 0; index < digits.length; index += 1) {
      const flipped = digits[index] === '0' ? '1' : '0'
      const wrong = digits.slice(0, index) + flipped + digits.slice(index + 1)
      expect(verifySignature(body, `sha256=${wrong}`, secret)).toBe(false)
    }
  })

  it.each([undefined, null, '', 'sha256=', 'sha256=zz', sign(body), `sha1=${sign(body)}`, `sha256=${sign(body)}00`])(
    'a header of %j is none',
    (header) => {
      expect(verifySignature(body, header, secret)).toBe(false)
      expect(verifySignature(body, [header], secret)).toBe(false)
    },
  )
})

describe("an error of Meta's", () => {
  it('is read from the envelope, its title without the code before it', () => {
    const error = {
      message: '(#131056) Pair rate limit hit',
      type: 'OAuthException',
      code: 131056,
      error_subcode: 2494055,
      error_data: { messaging_product: 'whatsapp', details: 'Wait a little.' },
      fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
      is_transient: true,
    }
    expect(parseUpstreamError({ error })).toEqual({
      code: 131056,
      title: 'Pair rate limit hit',
      details: 'Wait a little.',
      subcode: 2494055,
      traceId: 'Az8or2yhqkZfEZ-_4Qn_Bam',
      transient: true,
    })
  })

  it('may carry error_data as a plain string, its code as digits, and little else', () => {
    expect(parseUpstreamError({ error: { code: '132012', message: 'x', error_data: 'Parameter 2' } })).toEqual({
      code: 132012,
      title: 'x',
      details: 'Parameter 2',
    })
    expect(parseUpstreamError({ error: { code: 0 } })).toEqual({ code: 0, title: 'WhatsApp error 0', details: null })
  })

  it.each([
    undefined,
    null,
    'error',
    [],
    {},
    { error: 'x' },
    { error: {} },
    { error: { message: 'x' } },
    { error: { code: null } },
    { error: { code: 'EBUSY' } },
    { error: { code: 1.5 } },
    { code: 100 },
  ])('is not what %j says', (body) => {
    expect(parseUpstreamError(body)).toBeNull()
  })

  it('never throws, and can always be stored', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (code, message, data) => {
        const error = parseUpstreamError({ error: { code, message, error_data: data } })
        expect(JSON.stringify(error)).not.toMatch(/\\u0000|\\ud[89a-f]/)
      }),
    )
    const long = parseUpstreamError({ error: { code: 1, message: `\0${'😀'.repeat(5_000)}` } })
    expect(long?.title.length).toBeLessThanOrEqual(1000)
    expect(long?.title).not.toContain('\0')
  })
})

describe('the table of error codes', () => {
  const codes = Object.keys(upstreamRules).map(Number)

  /** whatsapp-cloud-api.md, section 5, row by row. */
  const rows: [number[], Partial<ReturnType<typeof upstreamRule>>][] = [
    [[0, 190], { retry: 'no', callerCode: 'UPSTREAM', effect: 'connection_down' }],
    [[3, 10, 200, 250, 299], { retry: 'no', callerCode: 'UPSTREAM', effect: 'none' }],
    [[4, 80007, 130429, 131056, 132069], { retry: 'backoff', callerCode: 'RATE_LIMITED' }],
    [[131048, 131064], { retry: 'no', effect: 'pause_lanes' }],
    [[1, 2, 131000, 131016, 131057, 133004], { retry: 'backoff', callerCode: 'UPSTREAM' }],
    [[33, 100, 131008, 131009, 131021, 131030, 131051, 131062], { retry: 'no', callerCode: 'BAD_REQUEST' }],
    [[131005], { retry: 'no', callerCode: 'UPSTREAM' }],
    [[131047], { retry: 'no', callerCode: 'WINDOW_CLOSED', effect: 'none' }],
    [[131049, 130472], { retry: 'no', effect: 'none' }],
    [[131050], { retry: 'no', callerCode: 'OPT_IN_REQUIRED', effect: 'opt_out' }],
    [[131031, 368, 130497], { retry: 'no', callerCode: 'FORBIDDEN', effect: 'pause_lanes' }],
    [[131037, 131042, 131045], { retry: 'no', callerCode: 'UPSTREAM' }],
    [[131052, 131053, 135000], { retry: 'once' }],
    [[132000, 132001, 132012], { retry: 'no', callerCode: 'BAD_REQUEST', effect: 'templates_outdated' }],
    [[132005, 132007, 132008], { retry: 'no', callerCode: 'BAD_REQUEST', effect: 'none' }],
    [[132015, 132016], { retry: 'no', effect: 'stop_template' }],
    [[132068], { retry: 'no' }],
    [[133000, 133010, 133016], { retry: 'no', callerCode: 'UPSTREAM' }],
    [[131026], { retry: 'no' }],
  ]

  it.each(rows)('%j is as the page has it', (row, expected) => {
    for (const code of row) expect(upstreamRule(code)).toMatchObject(expected)
  })

  it('holds no code that the page does not', () => {
    const listed = new Set(rows.flatMap(([row]) => row))
    expect(codes.filter((code) => !listed.has(code))).toEqual([])
  })

  it.each([199, 300, 132999, 133017, -1, 999999, Number.NaN])(
    '%d, unknown, is not repeated nor held against the caller',
    (code) => {
      expect(upstreamRule(code)).toMatchObject({ retry: 'no', callerCode: 'UPSTREAM', effect: 'none' })
    },
  )

  it('every rule has a code of ours and a sentence for the public', () => {
    for (const code of codes) {
      const { callerCode, publicMessage, title } = upstreamRule(code)
      expect(Object.keys(errorCodes)).toContain(callerCode)
      expect(publicMessage).toMatch(/^[A-Z].*\.$/)
      expect(title).not.toBe('')
    }
  })

  it("becomes our own error, with Meta's details only where the fault is the caller's", () => {
    const details = 'body is too long'
    const error = upstreamDomainError({ code: 100, title: 'Invalid parameter', details }, { extra: { id: 'msg_1' } })
    expect(error).toMatchObject({ code: 'BAD_REQUEST', extra: { id: 'msg_1' }, retryAfter: undefined })
    expect(error.message).toContain(details)
    expect(upstreamDomainError({ code: 190, title: 'x', details: 'app 42' }).message).not.toContain('42')
    expect(upstreamDomainError({ code: 131056, title: 'x', details: null })).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 60,
    })
  })
})

describe('the body of a send', () => {
  const payload = (content: SendableContent, more: object = {}) =>
    JSON.parse(
      JSON.stringify(
        sendPayload({
          recipient: { phone: '+919811122233' },
          content,
          replyToWamid: null,
          messageId: 'msg_1',
          ...more,
        }),
      ),
    )
  const envelope = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '+919811122233',
    biz_opaque_callback_data: 'msg_1',
  }
  const interactive = { type: 'button', body: { text: 'x' }, action: { buttons: [] } }
  const contacts = [{ name: { formatted_name: 'Ann', first_name: 'Ann' } }]
  const components = [{ type: 'body', parameters: [{ type: 'text', text: 'x' }] }]

  const cases: [SendableContent, object][] = [
    [
      { type: 'text', text: 'Hi' },
      { type: 'text', text: { body: 'Hi' } },
    ],
    [
      { type: 'text', text: 'Hi', previewUrl: false },
      { type: 'text', text: { body: 'Hi', preview_url: false } },
    ],
    [
      { type: 'image', media: { id: '9' }, caption: 'Look' },
      { type: 'image', image: { id: '9', caption: 'Look' } },
    ],
    [
      { type: 'video', media: { link: 'https://a.example' } },
      { type: 'video', video: { link: 'https://a.example' } },
    ],
    [
      { type: 'document', media: { id: '9' }, filename: 'a.pdf', caption: 'Bill' },
      { type: 'document', document: { id: '9', filename: 'a.pdf', caption: 'Bill' } },
    ],
    [
      { type: 'audio', media: { id: '9' }, voice: true },
      { type: 'audio', audio: { id: '9', voice: true } },
    ],
    [
      { type: 'sticker', media: { id: '9' } },
      { type: 'sticker', sticker: { id: '9' } },
    ],
    [
      { type: 'template', templateName: 'order_update', language: 'en', components },
      { type: 'template', template: { name: 'order_update', language: { code: 'en' }, components } },
    ],
    [
      { type: 'template', templateName: 'hello_world', language: 'en_US' },
      { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
    ],
    [
      { type: 'interactive', interactive },
      { type: 'interactive', interactive },
    ],
    [
      { type: 'location', latitude: 1.5, longitude: -2, name: 'Here', address: 'There' },
      { type: 'location', location: { latitude: 1.5, longitude: -2, name: 'Here', address: 'There' } },
    ],
    [
      { type: 'contact', contacts },
      { type: 'contacts', contacts },
    ],
    [
      { type: 'reaction', messageId: 'wamid.1', emoji: '' },
      { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '' } },
    ],
  ]

  it.each(cases)('of %j is what WhatsApp takes', (content, expected) => {
    expect(payload(content)).toEqual({ ...envelope, ...expected })
  })

  it('names a user id in recipient, never in to', () => {
    const { to: _, ...withoutTo } = envelope
    expect(payload({ type: 'text', text: 'Hi' }, { recipient: { userId: 'IN.1' } })).toEqual({
      ...withoutTo,
      recipient: 'IN.1',
      type: 'text',
      text: { body: 'Hi' },
    })
  })

  it('names the message it answers', () => {
    expect(payload({ type: 'text', text: 'Hi' }, { replyToWamid: 'wamid.9' })).toMatchObject({
      context: { message_id: 'wamid.9' },
    })
  })

  it('of a read receipt shows typing only where asked', () => {
    const receipt = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' }
    expect(readReceiptPayload('wamid.1', false)).toEqual(receipt)
    expect(readReceiptPayload('wamid.1', true)).toEqual({ ...receipt, typing_indicator: { type: 'text' } })
  })
})
