import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test.each([
  ['modell', 'model'],
  ['Model_Prefix', 'model-prefix'],
  ['modle-prefx', 'model-prefix'],
  ['tp', 'tp'],
  ['tpp', 'tp'],
  ['image', undefined],
  ['m', undefined],
  ['model'.repeat(20), undefined],
])('%s is nearest to %s', (word, meant) => {
  expect(nearest(word, ['tp', 'model-prefix', 'model'])).toBe(meant)
})

test('of two that are as near, the first', () => {
  expect(nearest('ab', ['ac', 'aa'])).toBe('ac')
})
