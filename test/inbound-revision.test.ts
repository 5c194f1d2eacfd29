import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageType } from '../src/generated/prisma/client.js'
import { contentOf } from '../src/messages/inbound/content.js'
import { afterEdit, afterOriginal, afterRevoke, type Held, isWritten } from '../src/messages/inbound/revision.js'
import type { MessageEntry } from '../src/whatsapp/inbound-entries.js'
import { messageTypes } from '../src/whatsapp/message-types.js'
import { oneMessage } from './support/whatsapp-webhooks.js'

const at = (second: number) => new Date(Date.UTC(2026, 5, 1) + second * 1000)
type Step = { name: string; apply: (held: Held | null) => Held | null }
const step = (name: string, after: typeof afterOriginal, entry: MessageEntry, second: number): Step => ({
  name,
  apply: (held) => after(held, { entry, type: messageTypes[entry.type].graphql as MessageType, at: at(second) }),
})
const text = (body: string, more: object = {}) => oneMessage({ text: { body }, ...more })
const editOf = (id: string, message: object) =>
  oneMessage({ id, type: 'edit', text: undefined, edit: { original_message_id: 'wamid.1', message } })
const textEdit = (id: string, body: string) => editOf(id, { type: 'text', text: { body } })

const original = step(
  'original',
  afterOriginal,
  text('Helo', { context: { forwarded: true }, referral: { source_id: '7' } }),
  0,
)
const firstEdit = step('first edit', afterEdit, textEdit('wamid.e1', 'Hello'), 10)
const secondEdit = step('second edit', afterEdit, textEdit('wamid.e2', 'Hello!'), 20)
const sameSecond = step('edit of the same second', afterEdit, textEdit('wamid.e3', 'Hello?'), 20)
const revoke = step('revoke', afterRevoke, oneMessage({ id: 'wamid.r', type: 'revoke', text: undefined }), 30)

const run = (steps: Step[]) => steps.reduce<Held | null>((held, { apply }) => apply(held) ?? held, null)

describe('a message, its edits and its revocation', () => {
  it('end in the same row in whatever order, and however often, they arrive', () => {
    const all = [original, firstEdit, secondEdit, sameSecond, revoke]
    const subsets = fc.subarray(all, { minLength: 1 })
    const deliveries = subsets.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray([...steps, ...steps, ...steps], { minLength: steps.length * 3 }),
      ),
    )
    fc.assert(
      fc.property(deliveries, ([inOrder, arriving]) => {
        expect(run(arriving)).toEqual(run(inOrder))
      }),
      { numRuns: 2000 },
    )
  })

  it('say nothing new the second time', () => {
    for (const { apply } of [original, firstEdit, revoke]) {
      const held = apply(null)
      expect(held).not.toBeNull()
      expect(apply(held)).toBeNull()
    }
  })

  it('have the newest content, how the message came, the time it was first written and when it was changed', () => {
    expect(run([secondEdit, original, firstEdit])).toEqual({
      type: 'TEXT',
      text: 'Hello!',
      content: {
        text: 'Hello!',
        forwarded: true,
        referral: expect.objectContaining({ sourceId: '7' }),
        edit: { messageId: 'wamid.e2' },
      },
      sentAt: at(0),
      editedAt: at(20),
      revokedAt: null,
    })
  })

  it('keep what was taken back', () => {
    expect(run([original, revoke])).toMatchObject({ text: 'Helo', type: 'TEXT', revokedAt: at(30), editedAt: null })
  })

  it('may change the kind: the row is of the kind it was changed to', () => {
    const caption = step(
      'caption',
      afterEdit,
      editOf('wamid.e9', { type: 'image', image: { id: '9', caption: 'New' } }),
      10,
    )
    expect(run([original, caption])).toMatchObject({
      type: 'IMAGE',
      text: 'New',
      content: { whatsappMediaId: '9', caption: 'New', forwarded: true },
    })
  })

  it('are written once the original or an edit has come; a revocation alone holds nothing', () => {
    const written = (...steps: Step[]) => {
      const held = run(steps)
      return held !== null && isWritten(held)
    }
    expect(written(original)).toBe(true)
    expect(written(firstEdit)).toBe(true)
    expect(written(revoke)).toBe(false)
    expect(written(revoke, original)).toBe(true)
    expect(run([revoke])).toMatchObject({ type: 'UNSUPPORTED', text: null, sentAt: null })
  })
})

describe('the stored content of a kind we do not know', () => {
  it('holds the message as it came', () => {
    const entry = oneMessage({ type: 'hologram', hologram: { depth: 3 } })
    expect(contentOf(entry)).toEqual({ unsupportedType: 'hologram', errors: [], raw: entry.raw })
  })

  it('is bounded: of a long one the beginning of its JSON', () => {
    const long = (length: number) => contentOf(oneMessage({ type: 'hologram', hologram: { data: 'x'.repeat(length) } }))
    expect(long(10_000).rawTruncated).toBeUndefined()
    const { raw, rawTruncated } = long(60_000)
    expect(rawTruncated).toBe(true)
    expect(raw).toHaveLength(16_384)
    expect(raw).toContain('"hologram":{"data":"xxx')
  })
})
