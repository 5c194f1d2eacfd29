import { describe, expect, test } from 'vitest'
import { type KnownTemplate, type TemplateSend, templateFaults } from '../src/templates/check.js'

const body = (text: string) => ({ type: 'BODY', text })
const buttons = (...list: object[]) => ({ type: 'BUTTONS', buttons: list })
const known = (components: unknown, more: Partial<KnownTemplate> = {}): KnownTemplate => ({
  language: 'en',
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  components,
  ...more,
})

type Components = TemplateSend['components']
const text = (value: string, name?: string) => ({
  type: 'text',
  text: value,
  ...(name === undefined ? {} : { parameter_name: name }),
})
const filled = (type: string, ...parameters: { type: string }[]) => ({ type, parameters })
const button = (index: number, subType: string, ...parameters: { type: string }[]) => ({
  ...filled('button', ...parameters),
  sub_type: subType,
  index: String(index),
})

const faults = (template: KnownTemplate, components?: Components) =>
  templateFaults({ templateName: 'order', language: 'en', components }, [template])
const paths = (template: KnownTemplate, components?: Components) => faults(template, components).map(({ path }) => path)

describe('name, language and status', () => {
  const send = { templateName: 'order', language: 'en' }

  test('a name that no template has is named', () => {
    expect(templateFaults(send, [])).toEqual([{ path: 'templateName', message: expect.stringContaining('"order"') }])
  })

  test('a language that it does not have is named, with those it has', () => {
    const others = [known([], { language: 'hi' }), known([], { language: 'es' })]
    expect(templateFaults(send, others)).toEqual([{ path: 'language', message: expect.stringContaining('es, hi') }])
  })

  test.each(['APPROVED', 'FLAGGED'])('%s goes out', (status) => {
    expect(faults(known([body('Hi')], { status }))).toEqual([])
  })

  test.each([
    ['PENDING', /reviewed/],
    ['IN_APPEAL', /reviewed/],
    ['REJECTED', /rejected/],
    ['PAUSED', /paused/],
    ['DISABLED', /disabled/],
    ['LIMIT_EXCEEDED', /LIMIT_EXCEEDED/],
  ])('%s does not, and what to do is said', (status, words) => {
    expect(faults(known([body('Hi')], { status }))).toEqual([
      { path: 'templateName', message: expect.stringMatching(words) },
    ])
  })
})

describe('the body', () => {
  const two = known([body('Hi {{1}}, order {{2}} of {{1}}')])

  test.each<[string, Components, string[]]>([
    ['as many as it has', [filled('body', text('a'), text('b'))], []],
    ['none given', undefined, ['components']],
    ['null components', null, ['components']],
    ['too few', [filled('body', text('a'))], ['components.0.parameters']],
    ['too many', [filled('body', text('a'), text('b'), text('c'))], ['components.0.parameters']],
    [
      'money and dates',
      [
        filled(
          'body',
          { type: 'currency', currency: { fallback_value: '1' } } as never,
          { type: 'date_time', date_time: { fallback_value: 'x' } } as never,
        ),
      ],
      [],
    ],
    [
      'without its fallback',
      [filled('body', text('a'), { type: 'currency', currency: {} } as never)],
      ['components.0.parameters.1.currency.fallback_value'],
    ],
    ['an empty text', [filled('body', text('a'), text(''))], ['components.0.parameters.1.text']],
    ['a kind that is no text', [filled('body', text('a'), { type: 'image' })], ['components.0.parameters.1.type']],
    [
      'wrong in every way at once',
      [filled('body', text(''), { type: 'image' }, text('c'))],
      ['components.0.parameters', 'components.0.parameters.0.text', 'components.0.parameters.1.type'],
    ],
  ])('%s', (_what, components, expected) => {
    expect(paths(two, components)).toEqual(expected)
  })

  test('says how many belong there', () => {
    expect(faults(two)[0]?.message).toMatch(/2 body parameters, for \{\{1\}\}, \{\{2\}\}, not 0/)
    expect(faults(known([body('Hi')]), [filled('body', text('a'))])[0]?.message).toMatch(/no body parameter, not 1/)
  })

  test('one that WhatsApp writes itself is not judged', () => {
    expect(paths(known([{ type: 'BODY', add_security_recommendation: true }]), [filled('body', text('1'))])).toEqual([])
  })
})

describe('named parameters', () => {
  const named = known([body('Dear {{name}}, {{amount}} is due')], { parameterFormat: 'NAMED' })

  test.each<[string, Components, string[]]>([
    ['in any order', [filled('body', text('1', 'amount'), text('A', 'name'))], []],
    [
      'without a name',
      [filled('body', text('1', 'amount'), text('A'))],
      ['components.0.parameters', 'components.0.parameters.1.parameter_name'],
    ],
    [
      'an unknown name',
      [filled('body', text('1', 'amount'), text('A', 'nam'))],
      ['components.0.parameters', 'components.0.parameters.1.parameter_name'],
    ],
    [
      'a name twice',
      [filled('body', text('1', 'amount'), text('A', 'amount'))],
      ['components.0.parameters', 'components.0.parameters.1.parameter_name'],
    ],
    [
      'one too many',
      [filled('body', text('1', 'amount'), text('A', 'name'), text('x', 'more'))],
      ['components.0.parameters.2.parameter_name'],
    ],
    ['none', [], ['components']],
  ])('%s', (_what, components, expected) => {
    expect(paths(named, components)).toEqual(expected)
  })

  test('those that are missing are named', () => {
    expect(faults(named, [filled('body', text('1', 'amount'))])).toEqual([
      { path: 'components.0.parameters', message: 'must have the body parameter name' },
    ])
  })
})

describe('the header', () => {
  const textHeader = known([{ type: 'HEADER', format: 'TEXT', text: 'Our {{1}}' }, body('Hi')])

  test('a text is counted like a body', () => {
    expect(paths(textHeader, [filled('header', text('a'))])).toEqual([])
    expect(paths(textHeader, [])).toEqual(['components'])
    expect(paths(known([body('Hi')]), [filled('header', text('a'))])).toEqual(['components.0.parameters'])
  })

  test.each(['image', 'video', 'document', 'location'])('%s is exactly one parameter of that kind', (kind) => {
    const template = known([{ type: 'HEADER', format: kind.toUpperCase() }, body('Hi')])
    const good = { type: kind, [kind]: { id: '1' } }
    const other = kind === 'image' ? 'video' : 'image'
    expect(paths(template, [filled('header', good)])).toEqual([])
    expect(paths(template, [])).toEqual(['components'])
    expect(paths(template, [filled('header')])).toEqual(['components.0.parameters'])
    expect(paths(template, [filled('header', good, good)])).toEqual(['components.0.parameters'])
    expect(paths(template, [filled('header', { type: other, [other]: {} } as never)])).toEqual([
      'components.0.parameters.0.type',
    ])
    expect(paths(template, [filled('header', text('a'))])).toEqual(['components.0.parameters.0.type'])
    expect(paths(template, [filled('header', { type: kind })])).toEqual([`components.0.parameters.0.${kind}`])
  })

  test('a kind that nobody knew when this was written is left to WhatsApp', () => {
    expect(paths(known([{ type: 'HEADER', format: 'PRODUCT' }]), [])).toEqual([])
  })
})

describe('buttons', () => {
  const template = known([
    body('Hi'),
    buttons(
      { type: 'QUICK_REPLY', text: 'Thanks' },
      { type: 'URL', text: 'Track', url: 'https://a.example/{{1}}' },
      { type: 'URL', text: 'Shop', url: 'https://a.example/' },
      { type: 'PHONE_NUMBER', text: 'Call' },
    ),
  ])
  const tracked = button(1, 'url', text('P-88'))

  test.each<[string, Components, string[]]>([
    ['the one that needs a value', [tracked], []],
    ['its kind in capitals', [button(1, 'URL', text('P-88'))], []],
    ['none', [], ['components']],
    ['a quick reply besides', [button(0, 'quick_reply', { type: 'payload', payload: 'yes' } as never), tracked], []],
    ['a quick reply without its payload', [button(0, 'quick_reply'), tracked], []],
    ['a payload of another kind', [button(0, 'quick_reply', text('x')), tracked], ['components.0.parameters.0.type']],
    ['a value for an address without a place', [button(2, 'url', text('x')), tracked], ['components.0.parameters']],
    ['a button that is not there', [tracked, button(4, 'url', text('x'))], ['components.1.index']],
    ['no index at all', [tracked, button(Number.NaN, 'url', text('x'))], ['components.1.index']],
    ['an empty index', [tracked, { ...button(0, 'quick_reply'), index: '' }], ['components.1.index']],
    ['one twice', [tracked, tracked], ['components.1.index']],
    ['another kind', [button(1, 'quick_reply', text('P-88'))], ['components.0.sub_type']],
    ['without its value', [button(1, 'url')], ['components.0.parameters']],
    ['two values', [button(1, 'url', text('a'), text('b'))], ['components.0.parameters']],
    ['an empty value', [button(1, 'url', text(''))], ['components.0.parameters.0.text']],
  ])('%s', (_what, components, expected) => {
    expect(paths(template, components)).toEqual(expected)
  })

  test('a coupon is one code', () => {
    const coupon = known([body('Hi'), buttons({ type: 'COPY_CODE', text: 'Copy' })])
    expect(paths(coupon, [button(0, 'copy_code', { type: 'coupon_code', coupon_code: 'A' } as never)])).toEqual([])
    expect(paths(coupon, [button(0, 'copy_code', text('A'))])).toEqual(['components.0.parameters.0.type'])
    expect(paths(coupon)).toEqual(['components'])
  })

  test('one of a kind that nobody knew when this was written is left to WhatsApp', () => {
    const other = known([body('Hi'), buttons({ type: 'SPM', text: 'View' })])
    expect(paths(other, [button(0, 'spm', { type: 'action' })])).toEqual([])
  })

  test('a template without any has none to fill in', () => {
    expect(paths(known([body('Hi')]), [tracked])).toEqual(['components.0.index'])
  })
})

test('types that a send does not have are named, and unknown ones passed on', () => {
  const template = known([body('Hi')])
  expect(paths(template, [filled('buttons')])).toEqual(['components.0.type'])
  expect(paths(template, [filled('footer')])).toEqual(['components.0.type'])
  expect(paths(template, [filled('limited_time_offer'), filled('carousel'), filled('constructor')])).toEqual([])
})

test('every fault is named at once', () => {
  const template = known([{ type: 'HEADER', format: 'IMAGE' }, body('Hi {{1}}'), buttons({ type: 'COPY_CODE' })], {
    status: 'PAUSED',
  })
  expect(paths(template)).toEqual(['templateName', 'components', 'components', 'components'])
})

test.each<[unknown]>([
  [null],
  [undefined],
  ['x'],
  [3],
  [{}],
  [[null, 3, 'x', [], {}]],
  [[{ type: 'BUTTONS', buttons: 'x' }, { type: 3 }, { type: 'HEADER', format: 3 }]],
])('components of any shape are no crash: %j', (components) => {
  expect(faults(known(components))).toEqual([])
})
