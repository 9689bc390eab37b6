import { expect, test } from 'vitest'
import { parseTemplateTokens } from './parse-template-tokens.ts'

test.each([
  ['5', [5, 0, 0]],
  ['3,2', [3, 2, 0]],
  ['3, 2, 3', [3, 2, 3]],
  ['0', [0, 0, 0]],
])('%s', (text, [perMessageTokens, tailTokens, openingTokens]) => {
  expect(parseTemplateTokens(text)).toEqual({ baseTokens: 0, perMessageTokens, tailTokens, openingTokens })
})

test.each(['', '-1', '1.5', 'a', '1,', '1,2,3,4'])('%j is refused', (text) => {
  expect(() => parseTemplateTokens(text)).toThrow(/3,2,3/)
})
