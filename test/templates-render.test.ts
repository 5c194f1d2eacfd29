import { describe, expect, test } from 'vitest'
import type { TemplateShape } from '../src/templates/check-parameters.js'
import { renderTemplate } from '../src/templates/render.js'

const template = (components: unknown, parameterFormat = 'POSITIONAL'): TemplateShape => ({
  parameterFormat,
  components,
})
const body = (text: string) => ({ type: 'BODY', text })
const header = (text: string) => ({ type: 'HEADER', format: 'TEXT', text })
const buttons = (...list: object[]) => ({ type: 'BUTTONS', buttons: list })
const text = (value: string, name?: string) => ({ type: 'text', text: value, ...(name && { parameter_name: name }) })
const filled = (type: string, ...parameters: { type: string }[]) => ({ type, parameters })
const button = (index: number, subType: string, ...parameters: { type: string }[]) => ({
  ...filled('button', ...parameters),
  sub_type: subType,
  index: String(index),
})

const bodyOf = (written: string, ...parameters: { type: string }[]) =>
  renderTemplate(template([body(written)]), [filled('body', ...parameters)]).body

describe('the text of a body', () => {
  test.each([
    ['Hi {{1}}', [text('Asha')], 'Hi Asha'],
    ['Hi {{1}}, order {{2}}: {{1}}', [text('Asha'), text('A-7')], 'Hi Asha, order A-7: Asha'],
    ['{{2}} before {{1}}', [text('one'), text('two')], 'two before one'],
    ['{{ 1 }} and {{1}}', [text('x')], 'x and x'],
    ['{{1}}{{2}}{{10}}', Array.from({ length: 10 }, (_, n) => text(`<${n + 1}>`)), '<1><2><10>'],
    ['Nothing to fill in', [], 'Nothing to fill in'],
    ['*{{1}}* _and_ ~so on~', [text('bold')], '*bold* _and_ ~so on~'],
    ['नमस्ते {{1}} 🙏', [text('आशा')], 'नमस्ते आशा 🙏'],
    ['{1} {{}} {{a b}} }}{{', [text('x')], '{1} {{}} {{a b}} }}{{'],
  ])('%s takes its parameters by their place', (written, parameters, rendered) => {
    expect(bodyOf(written, ...parameters)).toBe(rendered)
  })

  test.each(['{{2}}', '{{1}}', '$&', '$1', '\\', '<b>', ' ', '0'])('holds a parameter %j exactly as it is', (value) => {
    expect(bodyOf('a {{1}} b {{2}} c', text(value), text('two'))).toBe(`a ${value} b two c`)
  })

  test.each([
    ['none', []],
    ['an empty one', [text('')]],
    ['one of no kind', [{ type: 'image', image: { link: 'https://example.com/a.png' } }]],
  ])('keeps a place that %s fills', (_, parameters) => {
    expect(bodyOf('Hi {{1}}', ...parameters)).toBe('Hi {{1}}')
  })

  test('shows the fallback of a currency and of a time', () => {
    const amount = { type: 'currency', currency: { fallback_value: '₹1,200', code: 'INR', amount_1000: 1_200_000 } }
    const due = { type: 'DATE_TIME', date_time: { fallback_value: '1 May' } }
    expect(bodyOf('{{1}} by {{2}}', amount, due)).toBe('₹1,200 by 1 May')
    expect(bodyOf('{{1}}', { type: 'currency', date_time: due.date_time } as { type: string })).toBe('{{1}}')
  })

  test('takes named parameters by their names, in any order, and nobody else’s', () => {
    const named = template([body('Dear {{customer_name}}, {{amount}} {{toString}} {{missing}}')], 'NAMED')
    const sent = [filled('body', text('₹1,200', 'amount'), text('Asha', 'customer_name'), text('lost'))]
    expect(renderTemplate(named, sent).body).toBe('Dear Asha, ₹1,200 {{toString}} {{missing}}')
  })

  test('takes the parameters of a body that comes in two components, as a send does', () => {
    const { body: rendered } = renderTemplate(template([body('{{1}} {{2}}')]), [
      filled('body', text('one')),
      filled('header', text('not mine')),
      filled('body', text('two')),
    ])
    expect(rendered).toBe('one two')
  })
})

describe('a header', () => {
  test('of text is filled in with its own parameter', () => {
    const sent = [filled('header', text('Diwali')), filled('body', text('Asha'))]
    const rendered = renderTemplate(template([header('{{1}} sale'), body('Hi {{1}}')]), sent)
    expect(rendered.header).toEqual({ format: 'TEXT', text: 'Diwali sale', media: null })
    expect(rendered.body).toBe('Hi Asha')
  })

  test('without a format is one of text', () => {
    const { header: rendered } = renderTemplate(template([{ type: 'header', text: 'Plain' }]))
    expect(rendered).toEqual({ format: 'TEXT', text: 'Plain', media: null })
  })

  test.each(['image', 'video', 'document', 'location'])('of the kind %s shows what fills it', (kind) => {
    const media = { link: 'https://example.com/a', filename: 'a.pdf' }
    const shape = template([{ type: 'HEADER', format: kind.toUpperCase() }, body('Hi')])
    const sent = [filled('header', { type: kind, [kind]: media } as { type: string })]
    const expected = { format: kind.toUpperCase(), text: null }
    expect(renderTemplate(shape, sent).header).toEqual({ ...expected, media })
    expect(renderTemplate(shape).header).toEqual({ ...expected, media: null })
    expect(renderTemplate(shape, [filled('header', text('a text'))]).header).toEqual({ ...expected, media: null })
  })
})

describe('buttons', () => {
  const shape = template([
    body('Hi'),
    buttons(
      { type: 'QUICK_REPLY', text: 'Yes' },
      { type: 'URL', text: 'Track', url: 'https://example.com/t/{{1}}' },
      { type: 'URL', text: 'Shop', url: 'https://example.com' },
      { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+919876543210' },
      { type: 'COPY_CODE', text: 'Copy', example: ['SAVE15'] },
    ),
  ])

  test('come in their order, each with what a tap does', () => {
    const sent = [
      button(4, 'copy_code', { type: 'coupon_code', coupon_code: 'DIWALI' } as { type: string }),
      button(1, 'url', text('P-88')),
      button(0, 'quick_reply', { type: 'payload', payload: 'yes-1' } as { type: string }),
    ]
    expect(renderTemplate(shape, sent)).toMatchObject({
      faults: [],
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes', value: 'yes-1' },
        { type: 'URL', text: 'Track', value: 'https://example.com/t/P-88' },
        { type: 'URL', text: 'Shop', value: 'https://example.com' },
        { type: 'PHONE_NUMBER', text: 'Call', value: '+919876543210' },
        { type: 'COPY_CODE', text: 'Copy', value: 'DIWALI' },
      ],
    })
  })

  test('that nothing fills keep their places', () => {
    const values = renderTemplate(shape).buttons.map(({ value }) => value)
    expect(values).toEqual([null, 'https://example.com/t/{{1}}', 'https://example.com', '+919876543210', null])
  })
})

describe('what a template has not', () => {
  test.each([[[]], [null], ['nonsense'], [[{ type: 'CAROUSEL' }, null, 7]]])('of %j is null or empty', (components) => {
    expect(renderTemplate(template(components))).toEqual({
      header: null,
      body: null,
      footer: null,
      buttons: [],
      faults: [],
    })
  })

  test('a footer is shown as it is: it takes nothing', () => {
    const shape = template([body('Hi'), { type: 'FOOTER', text: 'Reply STOP {{1}}' }])
    expect(renderTemplate(shape, [filled('body')]).footer).toBe('Reply STOP {{1}}')
  })
})

test('what a send would be refused for is named, as the send names it', () => {
  const shape = template([header('{{1}}'), body('Hi {{1}} and {{2}}')])
  const paths = renderTemplate(shape, [filled('body', text('Asha'))]).faults.map(({ path }) => path)
  expect(paths).toEqual(['components', 'components.0.parameters'])
  expect(renderTemplate(shape, [filled('header', text('a')), filled('body', text('b'), text('c'))]).faults).toEqual([])
})
