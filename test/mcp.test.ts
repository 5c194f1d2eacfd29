import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { minutesMs } from '../src/core/clock.js'
import { errorCodes } from '../src/core/errors.js'
import { advice } from '../src/mcp/advice.js'
import { createHostRule } from '../src/mcp/hosts.js'
import { createSessions } from '../src/mcp/sessions.js'
import { snippets } from '../src/mcp/snippets.js'
import { tools } from '../src/mcp/tools.js'
import { maxWatched, Watch } from '../src/mcp/watch.js'

describe('the tools', () => {
  it('are those of the contract, in its order', () => {
    const contract = [
      ...['list_contacts', 'get_contact', 'create_contact', 'list_conversations', 'get_conversation', 'send_message'],
      ...['list_templates', 'send_broadcast', 'get_analytics', 'list_ai_agents', 'list_quick_replies'],
      'create_payment_link',
    ]
    expect(tools.map(({ name }) => name)).toEqual(contract)
  })

  it('say whether they only read, truly: what runs a mutation writes, what runs a query does not', () => {
    for (const { name, operation, annotations } of tools) {
      const writes = String(operation).trim().startsWith('mutation')
      expect([name, annotations.readOnlyHint]).toEqual([name, !writes])
      expect([name, Object.hasOwn(annotations, 'idempotentHint')]).toEqual([name, writes])
    }
  })

  it('take a limit and a cursor where they list, and an idempotency key where they write', () => {
    for (const { name, input, annotations } of tools) {
      const takes = (argument: string) => Object.hasOwn(input.shape, argument)
      expect([name, takes('limit'), takes('cursor')]).toEqual([name, ...Array(2).fill(name.startsWith('list_'))])
      expect([name, takes('idempotencyKey')]).toEqual([name, !annotations.readOnlyHint])
    }
  })

  it('have an advice for every code', () => {
    expect(Object.keys(advice).sort()).toEqual(Object.keys(errorCodes).sort())
  })
})

describe('the rule of hosts and origins', () => {
  const rule = createHostRule('https://inbox.example.com', ['https://console.example.org'])
  it.each([
    ['inbox.example.com', true],
    ['inbox.example.com:443', true],
    ['console.example.org', true],
    ['localhost:4000', true],
    ['127.0.0.1:4000', true],
    ['[::1]:4000', true],
    ['10.1.2.3', true],
    ['kaanha:4000', true],
    ['evil.example', false],
    ['inbox.example.com.evil.example', false],
    ['', false],
    [undefined, false],
    ['a b', false],
  ])('takes the host %s: %s', (host, taken) => expect(rule.allowsHost(host)).toBe(taken))
  it.each([
    [undefined, true],
    ['https://inbox.example.com', true],
    ['https://console.example.org', true],
    ['http://localhost:6274', true],
    ['http://127.0.0.1', true],
    ['http://inbox.example.com', false],
    ['https://inbox.example.com:444', false],
    ['https://evil.example', false],
    ['http://localhost.evil.example', false],
    ['http://10.1.2.3', false],
    ['null', false],
    ['', false],
  ])('takes the origin %s: %s', (origin, taken) => expect(rule.allowsOrigin(origin)).toBe(taken))
})

describe('sessions', () => {
  const limits = { perKey: 2, total: 3, idleMs: minutesMs(30) }
  function open() {
    let nowMs = 0
    const closed: string[] = []
    const sessions = createSessions({ now: () => new Date(nowMs) }, limits)
    return {
      sessions,
      closed,
      later: (minutes: number) => {
        nowMs += minutesMs(minutes)
      },
      add(id: string, keyId: string) {
        sessions.makeRoom(keyId)
        sessions.add(id, { keyId, close: () => closed.push(id) })
      },
    }
  }

  it('belong to the key that began them', () => {
    const { sessions, add } = open()
    add('a', 'one')
    expect(sessions.use('a', 'one')).not.toBeNull()
    expect(sessions.use('a', 'two')).toBeNull()
    expect(sessions.use('b', 'one')).toBeNull()
  })

  it('are so many of a key, and so many of all: the one that was idle longest makes room', () => {
    const { sessions, closed, add } = open()
    add('a', 'one')
    add('b', 'one')
    sessions.use('a', 'one')
    add('c', 'one')
    expect(closed).toEqual(['b'])
    add('d', 'two')
    add('e', 'three')
    expect(closed).toEqual(['b', 'a'])
    expect(sessions.count()).toBe(3)
  })

  it('with a stream open make room for nobody, nor are they idle', () => {
    const { sessions, closed, add, later } = open()
    add('a', 'one')
    add('b', 'one')
    const leave = sessions.stream('a')
    sessions.stream('b')
    expect(() => add('c', 'one')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfter: 60 }))
    later(31)
    sessions.sweep()
    expect(closed).toEqual([])
    leave()
    later(29)
    sessions.sweep()
    expect(closed).toEqual([])
    later(2)
    sessions.sweep()
    expect(closed).toEqual(['a'])
    expect(sessions.use('a', 'one')).toBeNull()
  })
})

describe('a watch', () => {
  class Stream extends EventEmitter {
    writableNeedDrain = false
  }
  function open() {
    const told: string[] = []
    let change: (id: string) => void = () => undefined
    let ended = 0
    const watch = new Watch({
      notify: (id) => told.push(id),
      async follow(changed) {
        change = changed
        return () => {
          ended++
        }
      },
    })
    const stream = new Stream()
    return {
      watch,
      told,
      stream,
      tellOn: (on = stream) => watch.tellOn(on as unknown as ServerResponse),
      change: (id: string) => change(id),
      ended: () => ended,
    }
  }

  it('tells of what is watched alone, once for all that changed while nobody could hear', async () => {
    const { watch, told, stream, tellOn, change } = open()
    await watch.add('a')
    await watch.add('b')
    change('a')
    change('a')
    change('c')
    expect(told).toEqual([])
    tellOn()
    expect(told).toEqual(['a'])
    change('b')
    expect(told).toEqual(['a', 'b'])
    stream.emit('close')
    change('a')
    expect(told).toEqual(['a', 'b'])
    tellOn(new Stream())
    expect(told).toEqual(['a', 'b', 'a'])
  })

  it('waits for a stream that is read slowly, and then tells each once', async () => {
    const { watch, told, stream, tellOn, change } = open()
    await watch.add('a')
    tellOn()
    stream.writableNeedDrain = true
    for (let i = 0; i < 1000; i++) change('a')
    expect(told).toEqual([])
    stream.writableNeedDrain = false
    stream.emit('drain')
    expect(told).toEqual(['a'])
  })

  it('has a bound, and ends with its last resource', async () => {
    const { watch, ended } = open()
    for (let i = 0; i < maxWatched; i++) await watch.add(`${i}`)
    await expect(watch.add('more')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await watch.add('0')
    for (let i = 0; i < maxWatched; i++) watch.remove(`${i}`)
    await Promise.resolve()
    expect(ended()).toBe(1)
  })
})

it('docs/mcp.md names each tool with its scope, and whether it writes', () => {
  const rows = readFileSync('docs/mcp.md', 'utf8').matchAll(/^\| `(\w+)` \| `([a-z:]+)` \| (yes|no) \|$/gm)
  expect([...rows].map(([, name, scope, writes]) => [name, scope, writes === 'yes'])).toEqual(
    tools.map(({ name, scope, annotations }) => [name, scope, !annotations.readOnlyHint]),
  )
})

it('the tools together are described in fewer than 26,000 characters, for the models that read them all', () => {
  const shown = tools.map(({ name, title, description, annotations, input, output }) => ({
    ...{ name, title, description, annotations },
    inputSchema: { ...z.toJSONSchema(input, { io: 'input' }), $schema: undefined, '~standard': undefined },
    outputSchema: { ...z.toJSONSchema(output), $schema: undefined, '~standard': undefined },
  }))
  expect(JSON.stringify(shown).length).toBeLessThan(26_000)
})

it('the README shows to each assistant what `kaanha mcp --help` prints', () => {
  const readme = readFileSync('README.md', 'utf8')
  for (const { text } of snippets({ url: 'http://localhost:4000', bin: '/path/to/kaanha-graph/scripts/kaanha.mjs' })) {
    expect(readme).toContain(text)
  }
})
