import { describe, expect, it } from 'vitest'
import { accepted, chars, faults, paths } from './support/whatsapp-content.js'

const mediaUrl = 'https://example.com/a.jpg'

const button = (id: string, title: string) => ({ type: 'reply', reply: { id, title } })
const buttons = (action: unknown, more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'button', body: { text: 'Choose' }, action, ...more },
})
const list = (sections: unknown, more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'list', body: { text: 'Choose' }, action: { button: 'Open', sections }, ...more },
})
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: `Row ${index}` }))
const cta = (parameters: unknown, more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'cta_url', body: { text: 'See' }, action: { name: 'cta_url', parameters }, ...more },
})

describe('interactive buttons', () => {
  it('are 1 to 3, with titles up to 20, ids up to 256, a body up to 1024 and header and footer up to 60', () => {
    const full = buttons(
      { buttons: [button(chars(256), chars(20, '😀')), button('b', 'B'), button('c', 'C')] },
      { body: { text: chars(1024) }, header: { type: 'text', text: chars(60) }, footer: { text: chars(60) } },
    )
    expect(accepted(full)).toEqual(full)
    expect(paths(buttons({ buttons: [] }))).toEqual(['interactive.action.buttons'])
    expect(paths(buttons({ buttons: rows(4).map(({ id, title }) => button(id, title)) }))).toEqual([
      'interactive.action.buttons',
    ])
  })

  it('that pass their limits are named, every one', () => {
    const over = buttons(
      { buttons: [button(chars(257), chars(21)), { type: 'url', reply: { id: '', title: '' } }] },
      { body: { text: chars(1025) }, header: { type: 'text', text: chars(61) }, footer: { text: chars(61) } },
    )
    expect(paths(over)).toEqual([
      'interactive.action.buttons.0.reply.id',
      'interactive.action.buttons.0.reply.title',
      'interactive.action.buttons.1.reply.id',
      'interactive.action.buttons.1.reply.title',
      'interactive.action.buttons.1.type',
      'interactive.body.text',
      'interactive.footer.text',
      'interactive.header.text',
    ])
  })

  it('may have a header of media, by id or link', () => {
    const action = { buttons: [button('a', 'A')] }
    for (const kind of ['image', 'video', 'document']) {
      for (const media of [{ id: '123' }, { link: mediaUrl }]) {
        const input = buttons(action, { header: { type: kind, [kind]: media } })
        expect(accepted(input)).toEqual(input)
      }
      expect(paths(buttons(action, { header: { type: kind, [kind]: {} } }))).toEqual([`interactive.header.${kind}`])
    }
    expect(paths(buttons(action, { header: { type: 'audio' } }))).toEqual(['interactive.header.type'])
  })
})

describe('interactive lists', () => {
  it('have 1 to 10 sections and at most 10 rows over all of them', () => {
    const ten = list([
      { title: 'A', rows: rows(4) },
      { title: 'B', rows: rows(6) },
    ])
    expect(accepted(ten)).toEqual(ten)
    expect(accepted(list(rows(10).map((row) => ({ title: row.title, rows: [row] }))))).toBeTruthy()
    expect(paths(list([{ rows: rows(5) }, { rows: rows(6) }]))).toEqual(['interactive.action.sections'])
    expect(paths(list([]))).toEqual(['interactive.action.sections'])
    expect(paths(list([{ rows: [] }]))).toEqual(['interactive.action.sections.0.rows'])
  })

  it('name every limit that is passed, and too many rows beside them', () => {
    const row = { id: chars(201), title: chars(25), description: chars(73) }
    const input = list([{ title: chars(25), rows: [row, ...rows(10)] }], {
      header: { type: 'image', image: { id: '1' } },
      body: { text: chars(4097) },
    })
    expect(paths(input)).toEqual([
      'interactive.action.sections',
      'interactive.action.sections.0.rows.0.description',
      'interactive.action.sections.0.rows.0.id',
      'interactive.action.sections.0.rows.0.title',
      'interactive.action.sections.0.title',
      'interactive.body.text',
      'interactive.header.text',
      'interactive.header.type',
    ])
    expect(
      accepted(
        list([{ title: chars(24), rows: [{ id: chars(200), title: chars(24), description: chars(72) }] }], {
          body: { text: chars(4096) },
        }),
      ),
    ).toBeTruthy()
  })

  it('need the label of their button, up to 20', () => {
    const input = {
      type: 'interactive',
      interactive: { type: 'list', body: { text: 'x' }, action: { sections: [{ rows: rows(1) }] } },
    }
    expect(faults(input)).toEqual({ 'interactive.action.button': 'is required' })
  })
})

describe('other interactive kinds', () => {
  it('cta_url has a label up to 20 and an http url', () => {
    const input = cta({ display_text: chars(20), url: 'https://example.com' })
    expect(accepted(input)).toEqual(input)
    expect(paths(cta({ display_text: chars(21), url: 'tel:1' }))).toEqual([
      'interactive.action.parameters.display_text',
      'interactive.action.parameters.url',
    ])
  })

  it('pass through untouched', () => {
    const interactive = {
      type: 'flow',
      body: 'as they wish',
      action: { name: 'flow', parameters: { a: [1, { b: null }] } },
    }
    expect(accepted({ type: 'interactive', interactive })).toEqual({ type: 'interactive', interactive })
  })

  it('keep what the checked kinds carry beyond what is checked', () => {
    const input = buttons({ buttons: [button('a', 'A')], extra: 1 }, { later: { field: true } })
    expect(accepted(input)).toEqual(input)
  })

  it('need a type, and may not nest without end', () => {
    expect(paths({ type: 'interactive' })).toEqual(['interactive'])
    expect(paths({ type: 'interactive', interactive: 'x' })).toEqual(['interactive'])
    expect(paths({ type: 'interactive', interactive: {} })).toEqual(['interactive.type'])
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    expect(Object.values(faults({ type: 'interactive', interactive: { type: 'flow', deep } }))).toEqual([
      'is nested deeper than 32 levels',
    ])
  })
})
