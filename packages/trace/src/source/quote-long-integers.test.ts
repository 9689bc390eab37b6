import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteLongIntegers } from './quote-long-integers.ts'

test('integers that a double would round become text, and nothing else does', () => {
  const text =
    '{"a":[18446744073709551615,1,-1234567890123456,1.2345678901234567],"b 1234567890123456":"1234567890123456\\"9"}'
  const value = JSON.parse(quoteLongIntegers(text)) as { a: unknown[] }
  expect(value).toEqual({
    ...JSON.parse(text),
    a: ['18446744073709551615', 1, -1234567890123456, 1.2345678901234567],
  })
})

test('whatever the integers and strings, the values are the same', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.string(), fc.double({ min: -1, max: 1, noNaN: true })),
      ),
      (values) => {
        const text = `[${values.map((each) => (typeof each === 'bigint' ? `${each}` : JSON.stringify(each))).join(' , ')}]`
        const read = JSON.parse(quoteLongIntegers(text)) as unknown[]
        expect(read.map((each, i) => (typeof values[i] === 'bigint' ? String(each) : JSON.stringify(each)))).toEqual(
          values.map((each) => (typeof each === 'bigint' ? String(each) : JSON.stringify(each))),
        )
      },
    ),
  )
})
