import { RunFolderError } from '@reprise/result-aggregator/run'
import { expect, test } from 'vitest'
import { refuseOtherPrompts } from './refuse-other-prompts.ts'

const words = { listed: 2322, usable: 2143, notAsked: 0 }

test('the same tokenizer and template: a run goes on', () => {
  refuseOtherPrompts('runs/a', { words, leastPromptTokens: 9 }, { words: { ...words }, leastPromptTokens: 9 })
  refuseOtherPrompts('runs/a', { leastPromptTokens: 1 }, { leastPromptTokens: 1 })
})

test.each([
  ['another tokenizer', { words: { ...words, usable: 930 }, leastPromptTokens: 9 }, '930 words of one token'],
  ['fewer answers', { words: { ...words, usable: 900, notAsked: 1243 }, leastPromptTokens: 9 }, '1243 not asked for'],
  ['no answers', { leastPromptTokens: 9 }, 'words that were not checked'],
  ['another template', { words, leastPromptTokens: 12 }, '11 tokens of a chat template'],
])('%s: it does not', (_, now, why) => {
  const resume = () => refuseOtherPrompts('runs/a', { words, leastPromptTokens: 9 }, now)
  expect(resume).toThrow(RunFolderError)
  expect(resume).toThrow(why)
})
