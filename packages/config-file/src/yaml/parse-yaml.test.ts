import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { findTooDeep } from './limits.ts'
import { Locations } from './locations.ts'
import { parseYaml } from './parse-yaml.ts'

const parse = (text: string, duplicateKeys: 'error' | 'last-wins' = 'error') =>
  parseYaml({ file: 'a.yaml', text }, new Locations(), { duplicateKeys })

describe('plain scalars are read as PyYAML reads them', () => {
  test.each([
    ['yes', true],
    ['No', false],
    ['on', true],
    ['OFF', false],
    ['true', true],
    ['y', 'y'],
    ['tRue', 'tRue'],
    ['~', null],
    ['', null],
    ['Null', null],
    ['nUll', 'nUll'],
    ['12', 12],
    ['-3', -3],
    ['+4', 4],
    ['2_063_837', 2063837],
    ['010', 8],
    ['0x1F', 31],
    ['0b101', 5],
    ['1:30', 90],
    ['08', '08'],
    ['1.5', 1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['1.5e+3', 1500],
    ['1e3', '1e3'],
    ['12e5', '12e5'],
    ['1.5e3', '1.5e3'],
    ['1_0.5', 10.5],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
    ['1:30.5', 90.5],
    ['v0.5.9', 'v0.5.9'],
    ['0.5.9', '0.5.9'],
    ['087b82d9', '087b82d9'],
    ['"12"', '12'],
    ["'yes'", 'yes'],
  ])('%s', (text, value) => {
    expect(parse(`a: ${text}\n`)).toEqual({ value: { a: value }, problems: [] })
  })
  test('not a number, and dates', () => {
    expect(parse('a: .nan\n').value).toEqual({ a: Number.NaN })
    expect(parse('a: 2026-08-22\n').value).toEqual({ a: new Date('2026-08-22T00:00:00Z') })
  })
})

describe('anchors, aliases and merge keys', () => {
  test('an own key wins over a merged one, an earlier mapping of a list over a later one', () => {
    const text = 'one: &one { a: 1, b: 1 }\ntwo: &two { b: 2, c: 2 }\nmix: { <<: [*one, *two], c: 3 }\n'
    expect(parse(text).value).toMatchObject({ mix: { a: 1, b: 1, c: 3 } })
  })
  test('a quoted << is an ordinary key', () => {
    expect(parse('a: { "<<": 1 }\n').value).toEqual({ a: { '<<': 1 } })
  })
  test('an anchor may be defined again; an alias means the last one before it', () => {
    expect(parse('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })
  test('a merged value keeps the place where it is written', () => {
    const locations = new Locations()
    const { value } = parseYaml({ file: 'a.yaml', text: 'base: &b\n  tp: 4\nuse:\n  <<: *b\n  ep: 1\n' }, locations)
    expect(locations.place(value, ['use', 'tp'])).toEqual({ file: 'a.yaml', line: 2, column: 7 })
    expect(locations.place(value, ['use', 'ep'])).toEqual({ file: 'a.yaml', line: 5, column: 7 })
    expect(locations.keyPlace(value, ['use', 'missing'])).toEqual({ file: 'a.yaml', line: 3, column: 1 })
  })
})

test('a repeated key: an error at the second, or the last one counts with a warning', () => {
  expect(parse('a: 1\na: 2\n').problems).toMatchObject([{ severity: 'error', place: { line: 2, column: 1 } }])
  expect(parse('a: 1\na: 2\n', 'last-wins')).toMatchObject({ value: { a: 2 }, problems: [{ severity: 'warning' }] })
})

test('plain data survives a round trip', () => {
  const safe = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
  const key = fc
    .stringMatching(/^[a-z][a-z0-9.-]{0,8}$/)
    .filter((name) => !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(name))
  const leaf = fc.oneof(safe, fc.integer(), fc.boolean(), fc.constant(null))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(value, (content) => {
      const text = stringify(
        { content },
        { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
      )
      expect(parse(text)).toEqual({ value: { content }, problems: [] })
    }),
    { numRuns: 200 },
  )
})

test('any text at all gives a value or problems with places in it, and no throw', () => {
  const piece = fc.constantFrom(
    'a: ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '\n',
    '  ',
    '\t',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: ',
    '#',
    '|',
    '>',
    '!x ',
    '? ',
    ', ',
    '1',
    'é',
    '\0',
    '---\n',
    '%',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('')
      for (const { place } of parse(text).problems) {
        expect(place?.line).toBeLessThanOrEqual(text.split('\n').length)
        expect(place?.column).toBeGreaterThan(0)
      }
    }),
    { numRuns: 500 },
  )
})

describe('nesting', () => {
  test.each([
    ['brackets in quotes and comments', `a: "${'['.repeat(99)}"\nb: '${'{'.repeat(99)}' # ${'['.repeat(99)}\n`],
    ['brackets that close', '[1, [2]]\n'.repeat(99)],
    ['many lines of one level', '- a\n'.repeat(999)],
    ['levels that end', Array.from({ length: 99 }, (_, i) => `${' '.repeat(i % 5)}a:`).join('\n')],
  ])('%s is not deep', (_, text) => {
    expect(findTooDeep(text)).toBeUndefined()
  })
  test('the limit is counted over indentation, dashes and brackets together', () => {
    expect(findTooDeep('a:\n  - - [[x]]\n', 6)).toBeUndefined()
    expect(findTooDeep('a:\n  - - [[x]]\n', 5)).toBe(10)
  })
})
