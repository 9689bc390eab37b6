import { expect, test } from 'vitest'
import { renderSizes, sizesOf } from './sizes.ts'

test('no file has more than 300 lines', () => {
  expect(sizesOf().filter(({ lines }) => lines > 300)).toEqual([])
})

test('a package is a line: files, lines, median, p90, largest', () => {
  const files = [40, 30, 20, 10].map((lines, i) => ({ path: `packages/a/src/f${i}.ts`, lines }))
  expect(renderSizes(files).split('\n')[1]).toMatch(/^a +4 +100 +30 +40 +40 +f0\.ts$/)
})
