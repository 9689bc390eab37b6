import { expect, test } from 'vitest'
import { renderSizes, sizesOf, trackedSizes } from './sizes.ts'

test('no file has more than 300 lines', () => {
  expect(sizesOf().filter(({ lines }) => lines > 300)).toEqual([])
})

test('git keeps no large file', () => {
  const kibibytes = (path: string) => (path.startsWith('actions/dist/') ? 2048 : 256)
  expect(trackedSizes().filter(({ path, bytes }) => bytes > kibibytes(path) * 1024)).toEqual([])
  expect(trackedSizes().length).toBeGreaterThan(100)
})

test('a package is a line: files, lines, median, p90, largest', () => {
  const files = [40, 30, 20, 10].map((lines, i) => ({ path: `packages/a/src/f${i}.ts`, lines }))
  expect(renderSizes(files).split('\n')[1]).toMatch(/^a +4 +100 +30 +40 +40 +f0\.ts$/)
})
