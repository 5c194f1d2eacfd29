import { describe, expect, it, test } from 'vitest'
import { mayBeSentTo } from '../src/contacts/consent.js'
import { DomainError, errorCodes } from '../src/core/errors.js'
import { createTurns } from '../src/core/turns.js'
import type { Message } from '../src/generated/prisma/client.js'
import { refusalOf } from '../src/messages/refusal.js'
import { backoffMs, mayRepeat, maySendAgain } from '../src/messages/retry.js'
import { checkSend } from '../src/messages/send-input.js'
import { isWindowOpen, opensWindow, windowAfter, windowLengthMs } from '../src/messages/window.js'
import { upstreamRules } from '../src/whatsapp/error-codes.js'

const now = new Date('2026-06-09T12:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)

describe('the window', () => {
  it('is open until exactly 24 hours after the last message, and closed at its end', () => {
    const expires = windowAfter(null, now, now)
    expect(expires.getTime() - now.getTime()).toBe(24 * 3_600_000)
    expect(isWindowOpen(expires, new Date(expires.getTime() - 1))).toBe(true)
    expect(isWindowOpen(expires, expires)).toBe(false)
    expect(isWindowOpen(null, now)).toBe(false)
  })

  it('counts from when the message was written, is never shortened, and never opened beyond our own clock', () => {
    expect(windowAfter(null, ago(5000), now).getTime()).toBe(now.getTime() - 5000 + windowLengthMs)
    const later = windowAfter(null, now, now)
    expect(windowAfter(later, ago(60_000), now)).toEqual(later)
    expect(windowAfter(null, new Date(now.getTime() + 3_600_000), now)).toEqual(later)
  })

  it('is opened by what a person writes or taps, and by nothing else', () => {
    const entry = (type: 'text' | 'button' | 'reaction' | 'system' | 'unsupported', more = {}) =>
      opensWindow({ type, edit: null, revoke: null, ...more })
    expect([entry('text'), entry('button')]).toEqual([true, true])
    expect([entry('reaction'), entry('system'), entry('unsupported')]).toEqual([false, false, false])
    expect(entry('text', { edit: { originalWamid: 'wamid.1' } })).toBe(false)
    expect(entry('text', { revoke: { originalWamid: 'wamid.1' } })).toBe(false)
  })
})

describe('consent', () => {
  test.each([
    [true, 'ENFORCED', true],
    [null, 'ENFORCED', false],
    [false, 'ENFORCED', false],
    [true, 'ALLOW_UNKNOWN', true],
    [null, 'ALLOW_UNKNOWN', true],
    [false, 'ALLOW_UNKNOWN', false],
  ] as const)('%s under %s: may be sent to is %s', (optedIn, policy, may) => {
    expect(mayBeSentTo(optedIn, policy)).toBe(may)
  })
})

describe('a repeat', () => {
  const refused = (code: number) =>
    ({ outcome: 'refused', error: { code, title: '', details: null }, httpStatus: 400 }) as const
  const notSent = { outcome: 'not_sent', reason: 'refused' } as const

  it('waits 4^n seconds, at most ten minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(backoffMs)).toEqual(
      [4, 16, 64, 256, 600, 600, 600].map((seconds) => seconds * 1000),
    )
  })

  it('has an end, whatever the reason', () => {
    const last = (outcome: Parameters<typeof mayRepeat>[0]) => {
      let attempts = 1
      while (mayRepeat(outcome, attempts)) attempts++
      return attempts
    }
    expect([last(notSent), last(refused(130429)), last(refused(131056)), last(refused(131016))]).toEqual([8, 8, 8, 8])
    expect([last(refused(135000)), last(refused(131052))]).toEqual([2, 2])
    expect([last(refused(100)), last(refused(131047)), last(refused(999999))]).toEqual([1, 1, 1])
  })

  it('of what may have been accepted comes once at most, and only by the policy resend', () => {
    expect([1, 2, 3].map((times) => maySendAgain('resend', times))).toEqual([true, false, false])
    expect([1, 2].map((times) => maySendAgain('give_up', times))).toEqual([false, false])
  })
})

describe('a refusal', () => {
  const failed = (code: number | null, title = 'Title', details: string | null = 'Details') =>
    refusalOf({ id: 'msg_1', status: 'FAILED', error: { code, title, details } } as unknown as Message)

  it('is an error of the closed list with the id of the message, for every code of the table and beyond', () => {
    for (const code of [...Object.keys(upstreamRules).map(Number), 250, 133010, 999999]) {
      const error = failed(code)
      expect(error).toBeInstanceOf(DomainError)
      expect(error.extra).toEqual({ id: 'msg_1' })
      expect(errorCodes[error.code].status).toBeGreaterThanOrEqual(400)
      if (error.code === 'RATE_LIMITED') expect(error.retryAfter).toBeGreaterThanOrEqual(1)
    }
  })

  it("is the caller's fault only where the caller can mend it", () => {
    const codesOf = (...upstream: number[]) => [...new Set(upstream.map((code) => failed(code).code))]
    const content = [33, 100, 131008, 131009, 131021, 131026, 131030, 131051, 131062]
    const templates = [132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016]
    expect(codesOf(...content, ...templates)).toEqual(['BAD_REQUEST'])
    expect([codesOf(131047), codesOf(131050)]).toEqual([['WINDOW_CLOSED'], ['OPT_IN_REQUIRED']])
    expect(codesOf(368, 130497, 131031)).toEqual(['FORBIDDEN'])
    expect(codesOf(4, 80007, 130429, 131056)).toEqual(['RATE_LIMITED'])
    const ours = [0, 190, 3, 10, 200, 1, 2, 131000, 131005, 131016, 131037, 131042, 131045, 131048, 133010, 999999]
    expect(codesOf(...ours)).toEqual(['UPSTREAM'])
  })

  it("tells Meta's details to who is at fault, and to nobody else", () => {
    expect(failed(100, '', 'Parameter to is not valid').message).toContain('Parameter to is not valid')
    expect(failed(190, '', 'Session of user 42 expired').message).not.toContain('42')
    expect(failed(null, 'WhatsApp could not be reached.')).toMatchObject({ code: 'UPSTREAM' })
  })
})

describe('the normalised request', () => {
  const hash = (to: string, more: Record<string, unknown> = {}) =>
    Buffer.from(checkSend({ to, content: { type: 'text', text: 'Hi', ...more } }).requestHash).toString('hex')

  it('is the same for every spelling of a number and of the fields', () => {
    const spellings = ['+919876543210', '919876543210', '+91 98765 43210', '91-98765-43210', ' +91 (98765) 43.210 ']
    expect(new Set(spellings.map((to) => hash(to))).size).toBe(1)
    expect(hash('919876543210', { previewUrl: null, caption: 'of no meaning here' })).toBe(hash('919876543210'))
    const template = (language: unknown) =>
      checkSend({ to: '919876543210', content: { type: 'template', templateName: 't', language } }).requestHash
    expect(template({ code: 'en_US' })).toEqual(template('en_US'))
    const contacts = (type: string) =>
      checkSend({ to: '919876543210', content: { type, contacts: [{ name: 'A', phone: '+919876543210' }] } })
        .requestHash
    expect(contacts('contacts')).toEqual(contacts('contact'))
  })

  it('differs where anything that is sent differs', () => {
    const hashes = [
      hash('919876543210'),
      hash('919876543211'),
      hash('919876543210', { text: 'hi' }),
      hash('919876543210', { previewUrl: true }),
      Buffer.from(
        checkSend({ to: '919876543210', content: { type: 'text', text: 'Hi' }, replyTo: 'wamid.1' }).requestHash,
      ).toString('hex'),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

describe('turns', () => {
  it('come one at a time for a key, in order, also past one that fails; other keys do not wait', async () => {
    const inTurn = createTurns()
    const log: string[] = []
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const first = inTurn('a', async () => {
      await gate
      log.push('a1')
      throw new Error('failed')
    })
    const second = inTurn('a', async () => log.push('a2'))
    await inTurn('b', async () => log.push('b'))
    await inTurn(null, async () => log.push('none'))
    expect(log).toEqual(['b', 'none'])
    open()
    await expect(first).rejects.toThrow('failed')
    await second
    expect(log).toEqual(['b', 'none', 'a1', 'a2'])
  })
})
