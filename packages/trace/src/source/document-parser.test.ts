import { expect, test } from 'vitest'
import { weka } from '../formats/weka/format.ts'
import { DocumentParser } from './document-parser.ts'
import { InvalidJson } from './parse-json.ts'

const parser = new DocumentParser(weka)
const parsed = (text: string) => parser.parse({ bytes: Buffer.from(text) })

test('lists of block ids come beside the record', () => {
  const { record, lists } = parsed('{"requests":[{"hash_ids":[7,8,9]},{"hash_ids":[7,8,9,10]}]}')
  expect(record).toEqual({ requests: [{ hash_ids: [0] }, { hash_ids: [1] }] })
  expect(lists?.blocks?.map((ids) => [...ids])).toEqual([
    [7, 8, 9],
    [7, 8, 9, 10],
  ])
})

test.each([
  ['text', '{"requests":[{"hash_ids":[7]},{"hash_ids":["a"]}]}'],
  ['a fraction', '{"requests":[{"hash_ids":[7]},{"hash_ids":[7.5]}]}'],
])('all stay in the record where one holds %s, for the reader to name', (_, text) => {
  expect(parsed(text)).toEqual({ record: JSON.parse(text) })
})

test('where a text stops being JSON is told of the whole of it, its lists included', () => {
  const text = '{"hash_ids":[1,2,3,4,5,6,7,8],\n"hash_ids":[1,2,3,4], "in":oops}'
  // Counted by hand: 27 characters of the second line stand before `oops`.
  const thrown = expect(() => parsed(text))
  thrown.toThrow(InvalidJson)
  thrown.toThrow(expect.objectContaining({ line: 2, column: 28 }))
})
