import { expect, test } from 'vitest'
import { corpusSamples } from '../survey/corpus-samples.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { compareCorpora } from './compare-corpora.ts'

const options = { seed: 5, traces: 12, scale: 0.05, turnScale: 0.2 }

test('a corpus is like itself, and unlike one of twice the lengths in nothing but lengths', () => {
  const samples = corpusSamples(synthCorpus(options))
  const same = compareCorpora(samples, samples)
  expect(same.largest).toEqual({ quantity: 'turns', percentile: 'p10', difference: 0 })
  expect(Object.values(same.quantities).every(({ ks, wasserstein }) => ks === 0 && wasserstein === 0)).toBe(true)

  const { quantities, largest } = compareCorpora(samples, corpusSamples(synthCorpus({ ...options, scale: 0.1 })))
  expect(quantities.turns).toMatchObject({ ks: 0 })
  expect(quantities.inputTokens?.difference.p50).toBeCloseTo(1, 1)
  expect(quantities.inputTokens?.ks).toBeGreaterThan(0.2)
  expect(largest?.difference).toBeGreaterThan(0.9)
})

test('what one alone has is named', () => {
  const samples = corpusSamples(synthCorpus({ ...options, subagentShare: 0 }))
  const others = corpusSamples(synthCorpus({ ...options, subagentShare: 1 }))
  const { onlyIn, quantities } = compareCorpora(samples, others)
  expect(onlyIn).toEqual({
    a: [],
    b: ['subagents', 'depth', 'subagentTurns', 'subagentInputTokens', 'subagentOutputTokens'],
  })
  expect(quantities).not.toHaveProperty('subagents')
})
