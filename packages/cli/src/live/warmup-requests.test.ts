import { planReplay } from '@reprise/replay-engine'
import { fixedLengthCorpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { warmupRequests } from './warmup-requests.ts'

test('a request for each lane that starts inside its session', () => {
  const corpus = synthCorpus({ seed: 1, traces: 4, scale: 0.02, turnScale: 1 })
  expect(warmupRequests(planReplay(corpus, { seed: 1, lanes: 5 }))).toBe(5)
  expect(warmupRequests(planReplay(corpus, { seed: 1, lanes: 5, overrides: { start: { min: 0, max: 0 } } }))).toBe(0)
})

test('the turns of the plays that each lane warms up with', () => {
  const lengths = { inputTokens: 8, outputTokens: 1, rangeRatio: 1, blockSize: 64 }
  const corpus = fixedLengthCorpus({ seed: 1, requests: 24, ...lengths })
  expect(warmupRequests(planReplay(corpus, { seed: 1, lanes: 2, preset: 'fixed-seq-len' }))).toBe(4)
})
