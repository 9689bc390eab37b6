import { expect, test } from 'vitest'
import { parseTokenList, parseTokens } from './parse-tokens.ts'

test.each([
  ['131072', 131_072],
  ['128k', 128_000],
  ['128K', 131_072],
  ['128Ki', 131_072],
  ['25.6k', 25_600],
  ['1.001k', 1_001],
  ['1m', 1_000_000],
  ['1M', 1_048_576],
  ['1Mi', 1_048_576],
  [' 8K ', 8_192],
])('%s is %i tokens, as vLLM has it', (text, tokens) => {
  expect(parseTokens(1)(text)).toBe(tokens)
})

test.each(['', '0', '-1', '1.5', '1.5K', '1.0005k', '128kb', '128 k', '128 tokens', '1e5', '1G', '99999999999M', 'k'])(
  '%j is no number of tokens',
  (text) => {
    expect(() => parseTokens(1)(text)).toThrow(/^Write tokens, 1 or more: 131072, 128k \(128,000\), 128K \(131,072\)/)
  },
)

test('limits, and lists of limits', () => {
  expect(() => parseTokens(1, 4_096)('8k')).toThrow(/from 1 to 4096/)
  expect(parseTokenList(1)('128k,32k,128k')).toEqual([128_000, 32_000])
  expect(() => parseTokenList(1)('128k,')).toThrow(/^Write tokens/)
})
