import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, MessageCutter, type Packet } from '../src/database/embedded/message-cutter.js'

/** A length, which counts itself, and a code. */
function opening(code: number, body = ''): Buffer {
  const bytes = Buffer.alloc(8 + body.length)
  bytes.writeUInt32BE(bytes.length)
  bytes.writeUInt32BE(code, 4)
  bytes.write(body, 8)
  return bytes
}

function message(type: string, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + body.length)
  bytes.write(type)
  bytes.writeUInt32BE(4 + body.length, 1)
  bytes.set(body, 5)
  return bytes
}

const sslRequest = opening(80877103)
const gssRequest = opening(80877104)
const cancelRequest = opening(80877102, '12345678')
const startup = opening(196608, 'user\0postgres\0\0')

describe('the message cutter', () => {
  it('tells the packets of a connection apart by their codes', () => {
    const kinds = new MessageCutter()
      .push(join([sslRequest, gssRequest, startup, message('S', Buffer.alloc(0))]))
      .map((packet) => packet.kind)
    expect(kinds).toEqual(['encryption', 'encryption', 'startup', 'message'])
    expect(new MessageCutter().push(cancelRequest).map((packet) => packet.kind)).toEqual(['cancel'])
  })

  it('finds the same messages however the bytes come in pieces', () => {
    const messages = fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'B'), fc.uint8Array({ maxLength: 40 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(messages, fc.array(fc.nat(60), { maxLength: 12 }), (bodies, sizes) => {
        const written = [Buffer.from(sslRequest), startup, ...bodies.map(([type, body]) => message(type, body))]
        const bytes = join(written)
        const cutter = new MessageCutter()
        const packets: Packet[] = []
        let offset = 0
        for (const size of [...sizes, bytes.length]) {
          packets.push(...cutter.push(bytes.slice(offset, offset + size)))
          offset += size
        }
        expect(packets.map((packet) => Buffer.from(packet.bytes))).toEqual(written.map((part) => Buffer.from(part)))
      }),
    )
  })

  it('refuses lengths that no client sends instead of waiting for the rest', () => {
    const tooLong = Buffer.from(startup)
    tooLong.writeUInt32BE(0x7fffffff)
    expect(() => new MessageCutter().push(tooLong)).toThrow(/2147483647 bytes/)
    const tooShort = message('Q', Buffer.alloc(0))
    tooShort.writeUInt32BE(3, 1)
    expect(() => new MessageCutter().push(join([startup, tooShort]))).toThrow(/3 bytes/)
  })
})
