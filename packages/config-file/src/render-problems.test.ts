import { expect, test } from 'vitest'
import type { Problem } from './problem.ts'
import { renderAnnotations, renderProblems } from './render-problems.ts'

const problems: Problem[] = [
  {
    severity: 'error',
    code: 'wrong-type',
    place: { file: 'a,b:c.yaml', line: 3, column: 7 },
    message: 'tp is "8"',
    cure: 'write a whole number',
  },
  { severity: 'warning', code: 'image', message: '100% wrong\r\nor not' },
  { severity: 'note', code: 'size', message: 'large' },
]

test('for a terminal', () => {
  expect(renderProblems(problems.slice(0, 1))).toBe('a,b:c.yaml:3:7: error: tp is "8"; write a whole number\n1 error\n')
  expect(renderProblems(problems).split('\n').at(-2)).toBe('1 error, 1 warning, 1 note')
  expect(renderProblems([])).toBe('')
})

test('for GitHub, with what has a meaning there escaped', () => {
  expect(renderAnnotations(problems)).toBe(
    '::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=wrong-type::tp is "8"; write a whole number\n' +
      '::warning title=image::100%25 wrong%0D%0Aor not\n' +
      '::notice title=size::large\n',
  )
})
