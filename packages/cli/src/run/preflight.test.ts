import type { PromptTrial } from '@reprise/replay-engine/endpoint'
import { expect, test } from 'vitest'
import { preflightOf, refuseInvalid, renderPreflight } from './preflight.ts'

const exact: PromptTrial = { asked: 5, exact: 5, uncounted: 0, failed: 0 }
const none: PromptTrial = { ...exact, exact: 0, furthest: { planned: 1_024, counted: 1_311 } }
const vllm = {
  identity: { model: 'tiny-8b' },
  answered: { name: 'vllm', version: '0.11.0', signs: [] },
  countedBy: 'tokenize' as const,
}
const unknown = { identity: { model: 'm\u001b[2J' }, answered: { signs: [] }, countedBy: 'usage' as const }
const foreseen = ['short-window: 8 s will be measured.', 'extra-body: every request also said top_p.']

test.each<[string, Parameters<typeof preflightOf>, string]>([
  [
    'all is well',
    [vllm, { prompts: exact, foreseen: [] }],
    'model tiny-8b (vllm 0.11.0) ok; /tokenize ok; prompts 5 of 5 exact: nothing stands against a valid result so far',
  ],
  [
    'what stands against it whatever is measured',
    [vllm, { prompts: exact, foreseen }],
    'model tiny-8b (vllm 0.11.0) ok; /tokenize ok; prompts 5 of 5 exact: indicative at best (short-window, extra-body)',
  ],
  [
    'no prompt is exact',
    [unknown, { prompts: none, foreseen }],
    'model m [2J ok; /tokenize missing; prompts 0 of 5 exact: this run would be invalid',
  ],
  [
    'some are not',
    [
      { ...unknown, tokenizer: 'a/tokenizer.json' },
      { prompts: { ...none, exact: 3 }, foreseen: [] },
    ],
    'model m [2J ok; /tokenize missing, the file of --tokenizer in its place; prompts 3 of 5 exact: this run may be invalid (inexact-input)',
  ],
  [
    'nobody counts, and one fails',
    [unknown, { prompts: { asked: 5, exact: 0, uncounted: 4, failed: 1 }, foreseen: [] }],
    'model m [2J ok; /tokenize missing; prompts 0 of 5 exact, 4 not counted, 1 failed: nothing stands against a valid result so far',
  ],
  [
    "a server's own replies",
    [vllm, { prompts: none, foreseen: [], assistant: 'live' }],
    'model tiny-8b (vllm 0.11.0) ok; /tokenize ok; prompts 0 of 5 exact: nothing stands against a valid result so far',
  ],
])('%s', (_, given, line) => {
  expect(renderPreflight(preflightOf(...given))).toBe(`preflight: ${line}`)
})

test.each([
  [
    unknown,
    /1311 tokens for 1024 planned\. Give the tokenizer\.json of its model with --tokenizer FILE\. Or .*--accept-inexact$/,
  ],
  [{ ...unknown, tokenizer: 't.json' }, /The file of --tokenizer is not the server's/],
  [vllm, /Its \/tokenize counts otherwise than its usage/],
])('what is certain to end invalid is refused with its cure, unless it is wanted all the same', (found, cure) => {
  const preflight = preflightOf(found, { prompts: none, foreseen })
  const refuse = (options = {}) => refuseInvalid(preflight, { url: 'http://gpu:8000', ...options })
  expect(refuse).toThrow(cure)
  expect(refuse).toThrow(
    /^http:\/\/gpu:8000: preflight: this run would be invalid: inexact-input: .* in 0 of 5 sample prompts/,
  )
  expect(() => refuse({ acceptInexact: true })).not.toThrow()
  const some = preflightOf(found, { prompts: { ...none, exact: 1 }, foreseen })
  expect(() => refuseInvalid(some, { url: 'http://gpu:8000' })).not.toThrow()
})
