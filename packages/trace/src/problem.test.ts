import { expect, test } from 'vitest'
import { renderProblem } from './problem.ts'

test('a problem is printed with its place as far as it is known', () => {
  const message = 'not valid JSON'
  expect(renderProblem({ severity: 'error', code: 'json', file: 'a.json', line: 3, column: 7, message })).toBe(
    'a.json:3:7: not valid JSON',
  )
  expect(renderProblem({ severity: 'error', code: 'json', file: 'a\n.json', trace: 't\u0007', message })).toBe(
    'a .json: t: not valid JSON',
  )
})
