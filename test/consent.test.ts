import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConsentState,
  consentColumns,
  customerSources,
  mayBeSentTo,
  type Statement,
  statementCounts,
} from '../src/contacts/consent.js'

const time = (second: number, ms = 0) => new Date(Date.UTC(2026, 5, 1) + second * 1000 + ms)
const stop = (at: Date): Statement => ({ optedIn: false, source: customerSources.keyword, proof: 'wamid.1', at })
const start = (at: Date): Statement => ({ ...stop(at), optedIn: true })
const state = (optedIn: boolean | null, optInSource: string | null, at: Date | null): ConsentState => ({
  optedIn,
  optInSource,
  optInAt: at,
})
const unknown = state(null, null, null)

describe('who may be written to', () => {
  it.each([
    [true, 'ENFORCED', true],
    [null, 'ENFORCED', false],
    [false, 'ENFORCED', false],
    [true, 'ALLOW_UNKNOWN', true],
    [null, 'ALLOW_UNKNOWN', true],
    [false, 'ALLOW_UNKNOWN', false],
  ] as const)('optedIn %s under %s: %s', (optedIn, policy, may) => expect(mayBeSentTo(optedIn, policy)).toBe(may))
})

describe('what a customer says of their consent', () => {
  it('counts where nothing was known', () => {
    expect(statementCounts(unknown, stop(time(1)))).toBe(true)
    expect(statementCounts(unknown, start(time(1)))).toBe(true)
  })

  it('opts out of a consent that others recorded, also where it arrives late', () => {
    for (const source of ['api', 'inbound', 'web form']) {
      expect(statementCounts(state(true, source, time(5)), stop(time(1)))).toBe(true)
      expect(statementCounts(state(true, source, time(5)), stop(time(9)))).toBe(true)
    }
  })

  it('does not opt in again where somebody recorded the opt-out after it was said', () => {
    expect(statementCounts(state(false, 'api', time(5)), start(time(4)))).toBe(false)
    expect(statementCounts(state(false, 'api', time(5)), start(time(6)))).toBe(true)
  })

  it('is compared by whole seconds, for WhatsApp tells no more: a STOP in the second of an opt-in counts', () => {
    expect(statementCounts(state(true, 'keyword', time(5, 900)), stop(time(5)))).toBe(true)
    expect(statementCounts(state(false, 'api', time(5, 900)), start(time(5)))).toBe(true)
  })

  it('said again at the same time changes nothing; said again later is the newer proof', () => {
    for (const optedIn of [true, false]) {
      const said = optedIn ? start : stop
      expect(statementCounts(state(optedIn, 'keyword', time(5)), said(time(5)))).toBe(false)
      expect(statementCounts(state(optedIn, 'keyword', time(5)), said(time(4)))).toBe(false)
      expect(statementCounts(state(optedIn, 'keyword', time(5)), said(time(6)))).toBe(true)
      expect(statementCounts(state(optedIn, 'api', time(5)), said(time(5)))).toBe(true)
    }
  })

  it('ends in what was said last, in whatever order and how often it arrives', () => {
    const statement = fc.record({
      optedIn: fc.boolean(),
      source: fc.constantFrom(...Object.values(customerSources)),
      proof: fc.constant(null),
      at: fc.integer({ min: 0, max: 1000 }).map((second) => time(second)),
    })
    const statements = fc.uniqueArray(statement, { minLength: 1, maxLength: 6, selector: ({ at }) => at.getTime() })
    const deliveries = statements.chain((said) =>
      fc.tuple(fc.constant(said), fc.shuffledSubarray([...said, ...said], { minLength: said.length * 2 })),
    )
    fc.assert(
      fc.property(deliveries, ([said, arriving]) => {
        const last = said.reduce((a, b) => (a.at > b.at ? a : b))
        const ended = arriving.reduce<ConsentState>(
          (known, next) => (statementCounts(known, next) ? consentColumns(next) : known),
          unknown,
        )
        expect(ended).toMatchObject({ optedIn: last.optedIn, optInAt: last.at, optInSource: last.source })
      }),
    )
  })
})

describe('a change of consent', () => {
  it('stores source, proof and time with it, and none of them with "unknown again"', () => {
    const at = time(1)
    expect(consentColumns({ optedIn: true, source: 'api', proof: 'form 7', at })).toEqual({
      optedIn: true,
      optInSource: 'api',
      optInProof: 'form 7',
      optInAt: at,
    })
    expect(consentColumns({ optedIn: null, source: 'api', proof: 'form 7', at })).toEqual({
      optedIn: null,
      optInSource: null,
      optInProof: null,
      optInAt: null,
    })
  })
})
