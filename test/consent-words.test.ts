import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.js'
import { consentWord } from '../src/contacts/consent-words.js'

const words = loadConfig({}).consent
const said = (text: string | null) => consentWord(text, words)

describe('a whole message', () => {
  it.each(['STOP', 'UNSUBSCRIBE'])('%s opts out', (word) => expect(said(word)).toBe('stop'))
  it.each(['START', 'UNSTOP'])('%s opts in', (word) => expect(said(word)).toBe('start'))

  it.each([
    'stop',
    'Stop',
    'sToP',
    ' STOP ',
    'STOP\n',
    '\tstop\r\n',
    'STOP.',
    'STOP!!!',
    '¡STOP!',
    '"STOP"',
    '“stop”',
    '(stop)',
    '...stop...',
    '*STOP*',
    '_stop_',
    '- stop -',
    'STOP 🙏',
    '🛑 stop ✋🏽',
    '❤️stop❤️',
    '\u200bSTOP\u200b',
    '\ufeffSTOP',
    '\u00a0STOP\u3000',
    'ＳＴＯＰ',
    '𝐒𝐓𝐎𝐏',
  ])('is a word whatever its case and what stands around it: %j', (text) => expect(said(text)).toBe('stop'))

  it.each([
    null,
    '',
    ' ',
    '!!!',
    '🛑',
    'STOP it',
    'please stop',
    "don't stop",
    'STOPP',
    'STO P',
    'S.T.O.P',
    'ST-OP',
    'stop start',
    'STOP2',
    '2STOP',
    'restart',
    'unsubscribed',
    'нестоп',
    `stop${' x'.repeat(300)}`,
  ])('that says more, or nothing, is none: %j', (text) => expect(said(text)).toBeNull())

  it('is none beyond 256 characters of anything', () => {
    expect(said(`STOP${'!'.repeat(252)}`)).toBe('stop')
    expect(said(`STOP${'!'.repeat(253)}`)).toBeNull()
    expect(said('!'.repeat(1_000_000))).toBeNull()
    expect(said(`${' '.repeat(500_000)}STOP${' '.repeat(500_000)}`)).toBe('stop')
  })
})

describe('the words', () => {
  const configured = (stop: string, start = 'START') =>
    loadConfig({ CONSENT_STOP_WORDS: stop, CONSENT_START_WORDS: start }).consent

  it('can be others, in any script, of several words, and replace the usual ones', () => {
    const own = configured('रोको, Arrêter ,  no more  messages!', 'हाँ')
    expect(consentWord('रोको', own)).toBe('stop')
    expect(consentWord('रोक', own)).toBeNull()
    expect(consentWord('ARRÊTER.', own)).toBe('stop')
    expect(consentWord('arre\u0302ter', own)).toBe('stop')
    expect(consentWord('No More\nMessages', own)).toBe('stop')
    expect(consentWord('हाँ!', own)).toBe('start')
    expect(consentWord('STOP', own)).toBeNull()
    expect(consentWord('START', own)).toBeNull()
  })

  it('that are in both lists opt out', () => {
    expect(consentWord('ok', configured('OK', 'ok'))).toBe('stop')
  })

  it('are the usual ones where the variables are empty', () => {
    expect(configured('', ' ')).toEqual({ stopWords: ['STOP', 'UNSUBSCRIBE'], startWords: ['START', 'UNSTOP'] })
  })

  it.each(['STOP,,END', ',', 'STOP,!!!', `STOP,${'x'.repeat(101)}`])('cannot be %j', (list) => {
    expect(() => configured(list)).toThrow(ConfigError)
    expect(() => configured(list)).toThrow(/CONSENT_STOP_WORDS/)
    expect(() => configured('STOP', list)).toThrow(/CONSENT_START_WORDS/)
  })
})
