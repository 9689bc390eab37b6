import { expect, test } from 'vitest'
import { fitTokens } from './fit-tokens.ts'

const own = [Uint32Array.of(1, 2), Uint32Array.of(3, 4, 5, 6)]
const fitted = (told: number | undefined, isExact: boolean) =>
  fitTokens(own, { told, isExact }).map((each) => [...each])

test.each([
  [
    'nothing was told',
    undefined,
    true,
    [
      [1, 2],
      [3, 4, 5, 6],
    ],
  ],
  [
    'the same was told',
    6,
    false,
    [
      [1, 2],
      [3, 4, 5, 6],
    ],
  ],
  [
    "a template's tokens stand before each part",
    9,
    true,
    [
      [0, 0, 1, 2],
      [0, 3, 4, 5, 6],
    ],
  ],
  [
    'an approximation is stretched',
    9,
    false,
    [
      [1, 1, 2],
      [3, 3, 4, 5, 5, 6],
    ],
  ],
  ['fewer are fewer of each', 3, true, [[1], [3, 5]]],
] as const)('%s', (_, told, isExact, expected) => expect(fitted(told, isExact)).toEqual(expected))

test('parts without a token take their share', () => {
  expect(
    fitTokens([new Uint32Array(0), new Uint32Array(0)], { told: 3, isExact: false }).map(({ length }) => length),
  ).toEqual([2, 1])
})
