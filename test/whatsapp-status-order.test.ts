import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyStatus,
  type OutboundStatus,
  type StatusEvent,
  type StatusState,
  type WireStatus,
  wireStatuses,
} from '../src/whatsapp/status-order.js'

const at = (second: number) => new Date(1_750_000_000_000 + second * 1000)

const fresh = (status: OutboundStatus = 'QUEUED'): StatusState => ({
  status,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
})

const event = ([status, second]: readonly [WireStatus, number]): StatusEvent => ({ status, timestamp: at(second) })

const stateAfter = (events: readonly (readonly [WireStatus, number])[], start = fresh()): StatusState =>
  events.map(event).reduce(applyStatus, start)

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

describe('the status of an outbound message', () => {
  const table: [string, [WireStatus, number][], OutboundStatus][] = [
    ['sent alone', [['sent', 1]], 'SENT'],
    ['delivered without sent', [['delivered', 2]], 'DELIVERED'],
    ['read without delivered', [['read', 3]], 'READ'],
    ['a voice note played', [['played', 3]], 'READ'],
    [
      'the usual three',
      [
        ['sent', 1],
        ['delivered', 2],
        ['read', 3],
      ],
      'READ',
    ],
    [
      'all three in one second',
      [
        ['sent', 1],
        ['delivered', 1],
        ['read', 1],
      ],
      'READ',
    ],
    [
      'ranks against the clock',
      [
        ['read', 1],
        ['delivered', 2],
        ['sent', 3],
      ],
      'READ',
    ],
    ['failed alone', [['failed', 1]], 'FAILED'],
    [
      'failed after sent',
      [
        ['sent', 1],
        ['failed', 2],
      ],
      'FAILED',
    ],
    [
      'failed in the second of sent',
      [
        ['sent', 1],
        ['failed', 1],
      ],
      'FAILED',
    ],
    [
      'failed dated before sent',
      [
        ['sent', 2],
        ['failed', 1],
      ],
      'FAILED',
    ],
    [
      'delivered after failed',
      [
        ['sent', 1],
        ['failed', 2],
        ['delivered', 3],
      ],
      'DELIVERED',
    ],
    [
      'delivered in the second of failed',
      [
        ['failed', 2],
        ['delivered', 2],
      ],
      'DELIVERED',
    ],
    [
      'failed after delivered',
      [
        ['sent', 1],
        ['delivered', 2],
        ['failed', 3],
      ],
      'FAILED',
    ],
    [
      'read after failed',
      [
        ['failed', 2],
        ['read', 3],
      ],
      'READ',
    ],
    [
      'failed after read',
      [
        ['sent', 1],
        ['read', 2],
        ['failed', 3],
      ],
      'READ',
    ],
  ]

  it.each(table)('%s, in any order of arrival', (_, events, status) => {
    for (const order of permutations(events)) expect(stateAfter(order).status).toBe(status)
  })

  it.each(['QUEUED', 'UNKNOWN', 'FAILED'] as const)('a status settles a message that is %s with us alone', (status) => {
    for (const wire of wireStatuses) {
      const expected = { sent: 'SENT', delivered: 'DELIVERED', read: 'READ', played: 'READ', failed: 'FAILED' }[wire]
      expect(stateAfter([[wire, 1]], fresh(status)).status).toBe(expected)
    }
  })

  it('keeps the first sent and read, and the last delivered and failed', () => {
    const events: [WireStatus, number][] = [
      ['read', 9],
      ['sent', 2],
      ['sent', 1],
      ['played', 8],
      ['delivered', 5],
      ['delivered', 3],
      ['failed', 4],
      ['failed', 2],
    ]
    expect(stateAfter(events)).toEqual({
      status: 'READ',
      sentAt: at(1),
      deliveredAt: at(5),
      readAt: at(8),
      failedAt: at(4),
    })
  })

  const events = fc.array(
    fc.record({ status: fc.constantFrom(...wireStatuses), timestamp: fc.integer({ min: 0, max: 4 }).map(at) }),
    { maxLength: 7 },
  )
  const start = fc.constantFrom<OutboundStatus>('QUEUED', 'UNKNOWN')

  it('depends on the set of events alone: any order and any repetition end in the same state', () => {
    const shuffledWithRepeats = events.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc
          .tuple(
            fc.shuffledSubarray(list, { minLength: list.length }),
            list.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...list), { maxLength: 5 }),
          )
          .chain(([all, repeats]) =>
            fc.shuffledSubarray([...all, ...repeats], { minLength: all.length + repeats.length }),
          ),
      ),
    )
    fc.assert(
      fc.property(start, shuffledWithRepeats, (status, [list, shuffled]) => {
        expect(shuffled.reduce(applyStatus, fresh(status))).toEqual(list.reduce(applyStatus, fresh(status)))
      }),
      { numRuns: 2000 },
    )
  })

  it('is never taken back by a late sent, delivered or read', () => {
    const rank = { QUEUED: 0, UNKNOWN: 0, SENT: 1, FAILED: 2, DELIVERED: 3, READ: 4 }
    fc.assert(
      fc.property(
        events,
        fc.constantFrom('sent', 'delivered', 'read', 'played'),
        fc.integer({ min: 0, max: 4 }),
        (list, status, second) => {
          const before = list.reduce(applyStatus, fresh())
          const next = applyStatus(before, { status, timestamp: at(second) })
          expect(rank[next.status]).toBeGreaterThanOrEqual(rank[before.status])
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('READ is final', () => {
    fc.assert(
      fc.property(events, (list) => {
        const read = applyStatus(fresh(), { status: 'read', timestamp: at(2) })
        expect(list.reduce(applyStatus, read).status).toBe('READ')
      }),
    )
  })

  it('changes nothing of the state it is given', () => {
    const state = Object.freeze(fresh())
    applyStatus(state, { status: 'sent', timestamp: at(1) })
    expect(state).toEqual(fresh())
  })
})
