import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockListLifter } from './lift-block-lists.ts'

const lifter = new BlockListLifter(['ids'])

/** The value with each list in the place where its index stood. */
function restored(text: string) {
  const lifted = lifter.lift(Buffer.from(text))
  return lifted && { value: JSON.parse(lifted.text), lists: lifted.blocks.map((ids) => [...ids]) }
}

const id = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 0xffff_ffff }))
/** A list, and what is done to it for the next: how many of its ids are kept, and which come behind them. */
const grown = fc.array(fc.record({ kept: fc.nat(40), more: fc.array(id, { maxLength: 8 }) }), { minLength: 1 })

test('every list comes out id for id, however much of it is that of the one before, and whatever blanks stand between', () => {
  const blank = fc.constantFrom('', ' ', '\n\t', '\r\n')
  fc.assert(
    fc.property(grown, blank, blank, (changes, one, other) => {
      const lists: number[][] = []
      for (const { kept, more } of changes) lists.push([...(lists.at(-1) ?? []).slice(0, kept), ...more])
      const texts = lists.map((ids) => `{"a":"é","ids"${one}:${other}[${one}${ids.join(`${other},${one}`)}${other}]}`)
      expect(restored(`[${texts.join()}]`)).toEqual({ value: lists.map((_, k) => ({ a: 'é', ids: [k] })), lists })
    }),
  )
})

test.each([
  [
    'the last id is the beginning of another',
    [
      [1, 2],
      [1, 23],
      [1, 2, 3],
    ],
  ],
  ['the last id is less', [[1, 23], [1, 2], [1]]],
  [
    'an id differs at its end',
    [
      [10, 11, 12, 13],
      [10, 11, 22, 13],
    ],
  ],
  ['nothing is the same', [[7], [8], [], [8]]],
  ['a list is empty', [[], [1], []]],
  [
    'ids are as large as can be',
    [
      [4_294_967_295, 0],
      [4_294_967_295, 4_294_967_294],
    ],
  ],
])('where %s', (_, lists) => {
  const text = JSON.stringify(lists.map((ids) => ({ ids })))
  expect(restored(text)?.lists).toEqual(lists)
})

test.each([
  ['more than 32 bits', '[4294967296]'],
  ['many digits', `[${'1'.repeat(400)}]`],
  ['a negative number', '[-1]'],
  ['a fraction', '[1.5]'],
  ['an exponent', '[1e3]'],
  ['a leading zero', '[01]'],
  ['text', '["a"]'],
  ['null', '[null]'],
  ['a list', '[[1]]'],
  ['nothing between commas', '[1,,2]'],
  ['a comma at the beginning', '[,1]'],
  ['a comma at the end', '[1,]'],
  ['blanks between digits', '[1 2]'],
  ['a second bracket', '[1[2]'],
  ['no end', '[1,2'],
])('all stay where one of them holds %s', (_, list) => {
  const before = '{"ids":[1,2,3]},{"ids":[1]}'
  expect(restored(`[${before},{"ids":${list}}]`)).toBeUndefined()
  // Though it begins as the one before it.
  expect(restored(`[{"ids":[1,2,3,4]},{"ids":[1,2,3${list.replace('[', ',')}}]`)).toBeUndefined()
})

test('all stay where they are more together than may be, those that repeat others counted', () => {
  const most5 = new BlockListLifter(['ids'], 5)
  const lift = (text: string) => most5.lift(Buffer.from(text))
  expect(lift('[{"ids":[1,2]},{"ids":[1,2,3]}]')?.blocks).toHaveLength(2)
  expect(lift('[{"ids":[1,2,3]},{"ids":[1,2,3]}]')).toBeUndefined()
  expect(lift('{"ids":[1,2,3,4,5,6,7]}')).toBeUndefined()
})

test.each([
  ['there are none', '{"other":[1]}'],
  ['the key is a value', '{"a":"ids","b":[1]}'],
  ['the key stands inside a text', String.raw`{"a":"x \"ids\":[1] y"}`],
  ['a key is written with escapes', String.raw`[{"ids":[5,6]},{"\u0069ds":[0]}]`],
])('undefined where %s', (_, text) => {
  expect(restored(text)).toBeUndefined()
})
