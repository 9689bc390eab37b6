import { expect, test } from 'vitest'
import { failureOf } from './failure-of.ts'

const ended = (exitCode: number, lastLine = '') => failureOf('replay', { exitCode, lastLine, value: undefined })

test('a red step says which command ended how, who acts, and what it said last', () => {
  expect(ended(0, 'done')).toBeUndefined()
  expect(ended(2, 'reprise: --traces x.json: does not exist')).toBe(
    'replay ended with 2 (a file or an input is wrong): --traces x.json: does not exist',
  )
  expect(ended(3)).toBe('replay ended with 3 (the host or the server does not do what it should)')
  expect(ended(143)).toBe('replay ended with 143 (it was interrupted)')
})
