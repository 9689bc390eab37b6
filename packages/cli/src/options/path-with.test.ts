import { expect, test } from 'vitest'
import { pathWith } from './path-with.ts'

test('a word comes before what a name ends in', () => {
  expect(pathWith('a.b/steps.jsonl.gz', 'lanes-8')).toBe('a.b/steps-lanes-8.jsonl.gz')
  expect(pathWith('steps', '0')).toBe('steps-0')
  expect(pathWith('.steps.json', '0')).toBe('.steps-0.json')
  expect(pathWith('/x/steps.json', undefined)).toBe('/x/steps.json')
})
