import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentText, parseOutboundContent } from '../src/whatsapp/content.js'
import { messageTypes, outboundTypes } from '../src/whatsapp/message-types.js'
import { accepted, chars, faults, paths } from './support/whatsapp-content.js'

const mediaUrl = 'https://example.com/a.jpg'

const oneOfEach: Record<string, Record<string, unknown>> = {
  text: { type: 'text', text: 'Hello', previewUrl: true },
  image: { type: 'image', mediaUrl, caption: 'Look' },
  video: { type: 'video', mediaId: 'med_1' },
  audio: { type: 'audio', mediaId: 'med_1', voice: true },
  document: { type: 'document', mediaUrl, filename: 'bill.pdf', caption: 'Bill' },
  sticker: { type: 'sticker', mediaId: 'med_1' },
  template: {
    type: 'template',
    templateName: 'order_update',
    language: 'en',
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ann' }] }],
  },
  interactive: {
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'Choose' },
      action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
    },
  },
  location: { type: 'location', latitude: 12.97, longitude: 77.59, name: 'Office', address: '1 Road' },
  contact: {
    type: 'contact',
    contacts: [{ name: { formatted_name: 'Ann Lee', first_name: 'Ann' }, phones: [{ phone: '+919876543210' }] }],
  },
  reaction: { type: 'reaction', messageId: 'wamid.1', emoji: '👍' },
}

describe('the types of messages', () => {
  it('every outbound type is accepted as the contract shows it, and comes back as it was', () => {
    expect(Object.keys(oneOfEach).sort()).toEqual([...outboundTypes].sort())
    for (const input of Object.values(oneOfEach)) expect(accepted(input)).toEqual(input)
  })

  it('GraphQL names are the REST names in upper case, and no wire name stands twice', () => {
    const entries = Object.entries(messageTypes)
    for (const [name, { graphql }] of entries) expect(graphql).toBe(name.toUpperCase())
    expect(new Set(entries.map(([, { wire }]) => wire)).size).toBe(entries.length)
  })

  it('"contacts" is another name of contact', () => {
    expect(accepted({ ...oneOfEach.contact, type: 'contacts' })).toEqual(oneOfEach.contact)
  })

  it.each(['button', 'order', 'system', 'unsupported', 'TEXT', 'poll', '', 5, ['text'], '__proto__', 'constructor'])(
    'a type of %j is refused with the list of those that may be sent',
    (type) => {
      const { type: message } = faults({ type, text: 'x' })
      expect(message).toContain('text, image')
    },
  )

  it.each([undefined, null, 'text', 7, []])('an input of %j is refused as no object', (input) => {
    expect(parseOutboundContent(input)).toEqual({ ok: false, details: [{ path: '', message: 'must be an object' }] })
  })

  it('a missing type is named', () => {
    expect(faults({ text: 'Hello' })).toEqual({ type: 'is required' })
  })

  it('fields of no meaning for the type are left out, and null counts as absent', () => {
    expect(accepted({ type: 'text', text: 'Hello', to: '+91', caption: 3, previewUrl: null, mediaUrl: 'no' })).toEqual({
      type: 'text',
      text: 'Hello',
    })
  })

  it('never throws, whatever it is given', () => {
    const anyContent = fc.oneof(
      fc.anything(),
      fc.record({ type: fc.constantFrom(...outboundTypes), text: fc.anything(), mediaUrl: fc.anything() }),
      fc.record({ type: fc.constant('interactive'), interactive: fc.anything() }),
      fc.record({ type: fc.constant('contact'), contacts: fc.array(fc.anything()) }),
      fc.record({
        type: fc.constant('template'),
        templateName: fc.anything(),
        language: fc.anything(),
        components: fc.anything(),
      }),
    )
    fc.assert(
      fc.property(anyContent, (input) => {
        const result = parseOutboundContent(input)
        expect(result.ok || result.details.length > 0).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('text', () => {
  it('has 1 to 4096 code points, an emoji being one', () => {
    expect(accepted({ type: 'text', text: chars(4096) })).toBeTruthy()
    expect(accepted({ type: 'text', text: chars(4096, '😀') })).toBeTruthy()
    expect(faults({ type: 'text', text: chars(4097) })).toEqual({ text: 'must have 1 to 4096 characters' })
    expect(paths({ type: 'text', text: chars(4097, '😀') })).toEqual(['text'])
    expect(paths({ type: 'text', text: '' })).toEqual(['text'])
  })

  it('must be there and be text', () => {
    expect(faults({ type: 'text' })).toEqual({ text: 'is required' })
    expect(faults({ type: 'text', text: 5, previewUrl: 'yes' })).toEqual({
      text: 'must be a text',
      previewUrl: 'must be true or false',
    })
  })

  it.each(['a\0b', 'half \ud800 a pair', '\udc00'])('%j, which no database stores, is refused', (text) => {
    expect(paths({ type: 'text', text })).toEqual(['text'])
    expect(paths({ type: 'interactive', interactive: { type: 'flow', deep: [{ [text]: 1 }] } })).toEqual([
      'interactive.deep.0',
    ])
    expect(paths({ type: 'interactive', interactive: { type: 'flow', deep: [{ a: text }] } })).toEqual([
      'interactive.deep.0.a',
    ])
  })

  it('in a field that is ignored anyway does not matter', () => {
    expect(accepted({ type: 'text', text: 'Hello', note: '\0' })).toEqual({ type: 'text', text: 'Hello' })
  })
})

describe('media', () => {
  it.each(['image', 'video', 'audio', 'document', 'sticker'])(
    '%s needs exactly one of mediaUrl and mediaId',
    (type) => {
      const filename = type === 'document' ? { filename: 'a.pdf' } : {}
      expect(accepted({ type, ...filename, mediaId: 'med_1' })).toEqual({ type, ...filename, mediaId: 'med_1' })
      expect(paths({ type, ...filename })).toEqual(['mediaUrl'])
      expect(paths({ type, ...filename, mediaUrl, mediaId: 'med_1' })).toEqual(['mediaUrl'])
    },
  )

  it.each(['ftp://example.com/a', 'file:///etc/passwd', 'example.com', 'javascript:1', '', 5])(
    'a mediaUrl of %j is refused',
    (url) => {
      expect(paths({ type: 'image', mediaUrl: url })).toContain('mediaUrl')
    },
  )

  it('a caption has at most 1024 code points, and an empty one is none', () => {
    expect(accepted({ type: 'image', mediaUrl, caption: chars(1024, '😀') })).toBeTruthy()
    expect(paths({ type: 'image', mediaUrl, caption: chars(1025) })).toEqual(['caption'])
    expect(accepted({ type: 'video', mediaUrl, caption: '' })).toEqual({ type: 'video', mediaUrl })
  })

  it('audio has no caption, and a document must have a filename', () => {
    expect(accepted({ type: 'audio', mediaUrl, caption: 'x' })).toEqual({ type: 'audio', mediaUrl })
    expect(faults({ type: 'document', mediaUrl })).toEqual({ filename: 'is required' })
  })

  it('every fault is named at once', () => {
    expect(paths({ type: 'document', caption: chars(2000), filename: '' })).toEqual(['caption', 'filename', 'mediaUrl'])
  })
})

describe('template', () => {
  it('takes the language as text or as { code }, and keeps the text', () => {
    const template = { type: 'template', templateName: 'hello_world' }
    expect(accepted({ ...template, language: 'en_US' })).toEqual({ ...template, language: 'en_US' })
    expect(accepted({ ...template, language: { code: 'en_US' } })).toEqual({ ...template, language: 'en_US' })
    expect(paths({ ...template, language: {} })).toEqual(['language.code'])
    expect(paths({ ...template, language: 5 })).toEqual(['language'])
    expect(paths(template)).toEqual(['language'])
  })

  it("takes components in Meta's shape, with a button's index as a number or text", () => {
    const button = { type: 'button', sub_type: 'url', parameters: [{ type: 'text', text: 'x' }] }
    const template = { type: 'template', templateName: 'a', language: 'en' }
    for (const index of [0, '0']) {
      expect(accepted({ ...template, components: [{ ...button, index }] })).toMatchObject({
        components: [{ index: '0' }],
      })
    }
    expect(accepted({ ...template, components: [{ type: 'BODY' }] })).toMatchObject({ components: [{ type: 'body' }] })
    expect(paths({ ...template, components: [{ type: 'button' }, {}, { type: 'body', parameters: [{}] }] })).toEqual([
      'components.0.index',
      'components.0.sub_type',
      'components.1.type',
      'components.2.parameters.0.type',
    ])
    expect(paths({ ...template, components: {} })).toEqual(['components'])
  })
})

describe('location', () => {
  it('lies on the globe and has a name', () => {
    for (const [latitude, longitude] of [
      [90, 180],
      [-90, -180],
      [0, 0],
    ]) {
      expect(accepted({ type: 'location', latitude, longitude, name: 'X' })).toBeTruthy()
    }
    expect(faults({ type: 'location', latitude: 90.1, longitude: -180.1 })).toEqual({
      latitude: 'must be at most 90',
      longitude: 'must be at least -180',
      name: 'is required',
    })
    expect(paths({ type: 'location', latitude: Number.NaN, longitude: '1', name: 'X' })).toEqual([
      'latitude',
      'longitude',
    ])
  })
})

describe('contact', () => {
  it("the short form becomes Meta's", () => {
    expect(accepted({ type: 'contact', contacts: [{ name: 'Ann Lee', phone: '+91 98765' }] })).toEqual({
      type: 'contact',
      contacts: [{ name: { formatted_name: 'Ann Lee', first_name: 'Ann Lee' }, phones: [{ phone: '+91 98765' }] }],
    })
  })

  it('faults are named as the caller wrote the field', () => {
    expect(
      paths({ type: 'contact', contacts: [{ name: 'Ann' }, { name: { formatted_name: 'Bo' } }, { name: {} }, 5] }),
    ).toEqual(
      ['contacts.0.phone', 'contacts.1.name', 'contacts.2.name', 'contacts.2.name.formatted_name', 'contacts.3'].sort(),
    )
    expect(paths({ type: 'contact', contacts: [] })).toEqual(['contacts'])
    expect(paths({ type: 'contact' })).toEqual(['contacts'])
  })
})

describe('reaction', () => {
  it.each(['👍', '❤️', '❤', '👩‍👩‍👧‍👦', '🇮🇳', ''])('takes %j', (emoji) => {
    expect(accepted({ type: 'reaction', messageId: 'm', emoji })).toEqual({ type: 'reaction', messageId: 'm', emoji })
  })

  it.each(['👍👍', 'ok', chars(100_000, '😀')])('refuses several signs', (emoji) => {
    expect(paths({ type: 'reaction', messageId: 'm', emoji })).toEqual(['emoji'])
  })

  it('needs both its fields', () => {
    expect(paths({ type: 'reaction' })).toEqual(['emoji', 'messageId'])
  })
})

describe('the text of a message', () => {
  it.each([
    ['text', oneOfEach.text, 'Hello'],
    ['a caption', oneOfEach.image, 'Look'],
    ['no caption', oneOfEach.video, null],
    ['audio', oneOfEach.audio, null],
    ['template', oneOfEach.template, null],
    ['buttons that are offered', oneOfEach.interactive, null],
    ['location', oneOfEach.location, null],
    ['reaction', oneOfEach.reaction, null],
  ])('of %s', (_, input, text) => {
    expect(contentText(accepted(input))).toBe(text)
  })

  it('of a tapped button or row is its title', () => {
    for (const reply of ['button_reply', 'list_reply']) {
      const interactive = { type: reply, [reply]: { id: 'y', title: 'Yes' } }
      expect(contentText({ type: 'interactive', interactive })).toBe('Yes')
    }
    expect(contentText({ type: 'button', text: 'Stop', payload: null })).toBe('Stop')
    expect(
      contentText({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow' } } }),
    ).toBeNull()
  })
})
