import { setImmediate as nextTurn } from 'node:timers/promises'
import { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { ExchangeFailure, exchange } from '../src/whatsapp/exchange.js'
import { Gate, GateRefusal } from '../src/whatsapp/gate.js'

describe('places at the gate', () => {
  it('go to those who wait in their order, and one who leaves twice frees one', async () => {
    const gate = new Gate(1, 10)
    const leave = await gate.enter(1_000)
    const order: number[] = []
    const waiting = [1, 2, 3].map(async (number) => {
      const leaveToo = await gate.enter(5_000)
      order.push(number)
      return leaveToo
    })
    leave()
    leave()
    const leaveFirst = await waiting[0]
    await nextTurn()
    expect(order).toEqual([1])
    leaveFirst?.()
    ;(await waiting[1])?.()
    ;(await waiting[2])?.()
    expect(order).toEqual([1, 2, 3])
    const leaveLast = await gate.enter(1_000)
    await expect(gate.enter(20)).rejects.toBeInstanceOf(GateRefusal)
    leaveLast()
    ;(await gate.enter(1_000))()
  })
})

describe('the line between written and not written', () => {
  const limits = { startTimeoutMs: 50, answerTimeoutMs: 5_000, maxAnswerBytes: 1_000 }
  const target = { url: new URL('http://127.0.0.1/'), method: 'POST', headers: {}, body: '{}' } as const

  /** A library that starts a request when and as often as it likes. */
  class Wayward extends Dispatcher {
    handler: Dispatcher.DispatchHandler | null = null
    aborted = 0
    readonly controller: Dispatcher.DispatchController = {
      aborted: false,
      paused: false,
      reason: null,
      abort: () => {
        this.aborted += 1
      },
      pause: () => {},
      resume: () => {},
    }
    override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      this.handler = handler
      return true
    }
    start() {
      this.handler?.onRequestStart?.(this.controller, {})
    }
  }

  it('a request given up before it started is stopped when the library starts it after all', async () => {
    const library = new Wayward()
    const failure = await exchange(library, target, limits).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ExchangeFailure)
    expect(failure).toMatchObject({ written: false })
    library.start()
    expect(library.aborted).toBe(1)
  })

  it('a request that the library would write a second time is stopped, and counts as written', async () => {
    const library = new Wayward()
    const answer = exchange(library, target, limits).catch((error: unknown) => error)
    library.start()
    expect(library.aborted).toBe(0)
    library.start()
    expect(library.aborted).toBe(1)
    library.handler?.onResponseError?.(library.controller, new Error('aborted'))
    expect(await answer).toMatchObject({ written: true })
  })
})
