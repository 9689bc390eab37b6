import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test } from 'vitest'
import { CONTENTS, wordsOfContent, wordsOfText } from './word-lists.ts'

test.each(CONTENTS)('%s: enough words, none twice, all of plain letters', (content) => {
  const words = wordsOfContent(content)
  expect(words.length).toBeGreaterThan(400)
  expect(new Set(words).size).toBe(words.length)
  for (const word of words) expect(word).toMatch(/^[a-z]{2,15}$/)
})

test.each(CONTENTS)('%s: nearly all are one token behind a space', (content) => {
  const words = wordsOfContent(content)
  const ones = words.filter((word) => encode(` ${word}`).length === 1)
  expect(ones.length / words.length).toBeGreaterThan(0.85)
})

test('of a text: plain words in lower case by frequency, ties by letter; no parts of others, no numbers', () => {
  const text = "The end. The END of x, don't; naïve été a1b2 the zetaValue Alpha incomprehensibilities the_value"
  expect(wordsOfText(text)).toEqual(['the', 'end', 'value', 'alpha', 'don', 'of', 'zeta'])
})
