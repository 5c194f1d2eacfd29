import { describe, expect, it } from 'vitest'
import { checkRow, mapColumns } from '../src/broadcasts/csv-columns.js'
import { csvCell } from '../src/broadcasts/ledger-csv.js'
import { checkParameters, withBody } from '../src/broadcasts/parameters.js'
import { exceedsPlan } from '../src/broadcasts/plan.js'
import { skipReasonOf } from '../src/broadcasts/verdict.js'

const positional = {
  parameterFormat: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'Hi {{1}}, {{2}} is on its way.' }],
}
const named = { parameterFormat: 'NAMED', components: [{ type: 'BODY', text: 'Hi {{name}}, you owe {{amount}}.' }] }
const plain = { parameterFormat: 'POSITIONAL', components: [{ type: 'BODY', text: 'Hello!' }] }

describe('the values of a body', () => {
  it.each([
    [positional, ['Asha', 7], ['Asha', '7']],
    [positional, { 1: 'Asha', 2: '#1' }, ['Asha', '#1']],
    [named, ['Asha', '5'], { name: 'Asha', amount: '5' }],
    [named, { amount: '5', name: 'Asha' }, { name: 'Asha', amount: '5' }],
    [plain, [], []],
  ])('of %j may be %j', (template, values, parameters) => {
    expect(checkParameters(template, values)).toEqual({ ok: true, parameters })
  })

  it.each([
    [positional, ['Asha'], ['']],
    [positional, ['Asha', ''], ['1']],
    [positional, ['Asha', null], ['1']],
    [positional, { 1: 'Asha' }, ['2']],
    [named, { name: 'Asha', amount: '5', extra: 'x' }, ['extra']],
    [plain, ['x'], ['']],
    [positional, 'Asha', ['']],
    [positional, ['Asha', 'x'.repeat(1025)], ['1']],
    [positional, ['Asha', 'a\u0000'], ['1']],
  ])('of %j may not be %j', (template, values, paths) => {
    const checked = checkParameters(template, values)
    expect(checked.ok ? [] : checked.faults.map(({ path }) => path)).toEqual(paths)
  })

  it('take the place of what the body says to everybody, and of nothing else', () => {
    const header = { type: 'header', parameters: [{ type: 'image' }] }
    const body = { type: 'body', parameters: [{ type: 'text', text: 'x' }] }
    expect(withBody([header, body], ['Asha'])).toEqual([
      header,
      { type: 'body', parameters: [{ type: 'text', text: 'Asha' }] },
    ])
    expect(withBody([body], { name: 'Asha' })).toEqual([
      { type: 'body', parameters: [{ type: 'text', parameter_name: 'name', text: 'Asha' }] },
    ])
    expect(withBody([header, body], null)).toEqual([header, body])
  })
})

describe('the columns of a file', () => {
  it.each([
    [['phone', 'name', 'order', 'day'], positional, { phone: 0, name: 1, places: [2, 3] }],
    [['2', '1', 'Phone', 'note'], positional, { phone: 2, name: null, places: [1, 0] }],
    [['Amount', 'phone', 'NAME', 'note'], named, { phone: 1, name: 2, places: [2, 0] }],
    [['phone', 'name'], positional, { phone: 0, name: 1, places: null }],
    [['phone', 'note'], plain, { phone: 0, name: null, places: null }],
  ])('%j are understood', (columns, template, map) => {
    expect(mapColumns(columns, template)).toEqual(map)
  })

  it.each([
    [['name', '1', '2'], positional],
    [['phone', '1'], positional],
    [['phone', 'a', 'b', 'c'], positional],
    [['phone', 'name'], named],
    [['phone', 'phone'], plain],
  ])('%j are not', (columns, template) => {
    expect(() => mapColumns(columns, template)).toThrow(/audience\.csv/)
  })

  it('are read from each row, which is refused with its line where something is missing', () => {
    const columns = mapColumns(['phone', 'name', '1', '2'], positional)
    const row = (...cells: string[]) => checkRow({ line: 7, cells }, columns, positional)
    expect(row('91 98765 43210', 'Asha', 'a', 'b')).toEqual({
      ...{ line: 7, phone: '+919876543210', name: 'Asha', parameters: ['a', 'b'] },
    })
    expect(row('+919876543210')).toEqual({ line: 7, reason: expect.stringContaining('{{1}}') })
    expect(row('12', 'Asha', 'a', 'b')).toEqual({ line: 7, reason: expect.stringContaining('phone') })
  })
})

describe('a ledger as a file', () => {
  it.each([
    [null, ''],
    ['Asha', 'Asha'],
    ['=1+1', "'=1+1"],
    ['+919876543210', "'+919876543210"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['a "b", c', '"a ""b"", c"'],
    ['=a,b', '"\'=a,b"'],
    ['two\nlines', '"two\nlines"'],
  ])('writes %j so that no spreadsheet takes it for a formula', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })
})

describe('who is left out', () => {
  const contact = (optedIn: boolean | null, phone: string | null = '+91', userId: string | null = null) => ({
    phone,
    userId,
    optedIn,
  })
  it.each([
    [contact(true), 'ENFORCED', false, null],
    [contact(null), 'ENFORCED', false, 'NOT_OPTED_IN'],
    [contact(null), 'ALLOW_UNKNOWN', false, null],
    [contact(false), 'ALLOW_UNKNOWN', false, 'OPTED_OUT'],
    [contact(false), 'ENFORCED', true, 'OPTED_OUT'],
    [contact(true), 'ENFORCED', true, 'MARKETING_LIMIT'],
    [contact(true, null), 'ENFORCED', false, 'UNREACHABLE'],
    [contact(true, null, 'user'), 'ENFORCED', false, null],
  ] as const)('%j under %s, marketed: %s, is %s', (who, policy, marketed, reason) => {
    expect(skipReasonOf(who, { policy, marketed })).toBe(reason)
  })

  it('is nobody for the sake of the plan up to a thousand on GROWTH, and nobody ever on PRO', () => {
    expect([1000, 1001].map((count) => exceedsPlan({ plan: 'GROWTH' }, count))).toEqual([false, true])
    expect(exceedsPlan({ plan: 'PRO' }, 1_000_000)).toBe(false)
  })
})
