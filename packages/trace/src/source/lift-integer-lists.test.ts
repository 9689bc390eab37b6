import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HashNumbers } from '../recording/hash-numbers.ts'
import { ListLifter } from './lift-integer-lists.ts'

const lifter = new ListLifter(['hashes', 'more'])

function lifted(text: string) {
  const { text: rest, lists } = lifter.lift(Buffer.from(text))
  const values = lists.map(({ high, low, length }) =>
    Array.from({ length }, (_, i) => (BigInt(high[i]!) << 32n) | BigInt(low[i]!)),
  )
  return { rest, values }
}

test('every 64-bit integer comes out bit for bit, whatever blanks stand between', () => {
  const blank = fc.constantFrom('', ' ', '\t', '\r\n')
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n)), blank, (numbers, space) => {
      const list = `[${space}${numbers.join(`${space},${space}`)}${space}]`
      const { rest, values } = lifted(`{"a":1,"hashes"${space}:${space}${list},"more":[7]}`)
      expect(JSON.parse(rest)).toEqual({ a: 1, hashes: [0], more: [1] })
      expect(values).toEqual([numbers, [7n]])
    }),
  )
})

test.each([
  ['beyond 64 bits', '[1,18446744073709551616]', '18446744073709551616'],
  ['of many digits', `[${'9'.repeat(30)}]`, '9'.repeat(30)],
  ['negative', '[1,-2,3]', '-2'],
  ['a fraction', '[1.5]', '1.5'],
  ['text', '["a"]', '"a"'],
  ['nothing between commas', '[1,,2]', ''],
  ['a leading zero', '[01]', '01'],
  ['null', '[null]', 'null'],
])('an element that is %s is left for the reader to name', (_, list, wrong) => {
  const { rest, values } = lifted(`{"hashes":${list},"b":2}`)
  expect([JSON.parse(rest), values]).toEqual([{ hashes: [wrong], b: 2 }, []])
})

test.each([
  ['inside a text', String.raw`{"a":"x \"hashes\":[1] y","hashes":[2]}`, [[2n]]],
  ['behind backslashes', String.raw`{"a":"x\\","hashes":[2]}`, [[2n]]],
  ['as a value', '{"a":"hashes","b":[1]}', []],
  ['that is no list', '{"hashes":5}', []],
  ['that is cut off', '{"hashes":[1,2', []],
])('a key %s', (_, text, values) => {
  expect(lifted(text).values).toEqual(values)
})

test('hashes are numbered from 0 as they appear, and come back bit for bit', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 5000, size: 'max' }), (hashes) => {
      const numbers = new HashNumbers()
      const { lists } = lifter.lift(Buffer.from(`{"hashes":[${[...hashes, ...hashes].join()}]}`))
      const ids = [...numbers.numbersOf(lists[0]!)]
      expect(ids.map((id) => numbers.of(id))).toEqual([...hashes, ...hashes])
      expect(numbers.count).toBe(new Set(hashes).size)
      expect(Math.max(-1, ...ids)).toBe(numbers.count - 1)
    }),
    { numRuns: 30 },
  )
})
