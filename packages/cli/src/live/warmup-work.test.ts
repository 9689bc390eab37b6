import { planReplay } from '@reprise/replay-engine'
import { fixedLengthCorpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { warmupWork } from './warmup-work.ts'

test('a request for each lane that starts inside its session', () => {
  const corpus = synthCorpus({ seed: 1, traces: 4, scale: 0.02, turnScale: 1 })
  const plan = planReplay(corpus, { seed: 1, lanes: 5 })
  const sent = plan.firstPlays.map(
    ({ traceId, startTurn }) => plan.trees.find((tree) => tree.traceId === traceId)!.sessions[0]!.turns[startTurn]!,
  )
  expect(warmupWork(plan)).toEqual({
    requests: 5,
    inputTokens: sent.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    longestOutputTokens: Math.max(...sent.map(({ outputTokens }) => outputTokens)),
  })
  const fromStart = planReplay(corpus, { seed: 1, lanes: 5, overrides: { start: { min: 0, max: 0 } } })
  expect(warmupWork(fromStart)).toEqual({ requests: 0, inputTokens: 0, longestOutputTokens: 0 })
})

test('the turns of the plays that each lane warms up with', () => {
  const lengths = { inputTokens: 8, outputTokens: 1, rangeRatio: 1, blockSize: 64 }
  const corpus = fixedLengthCorpus({ seed: 1, requests: 24, ...lengths })
  expect(warmupWork(planReplay(corpus, { seed: 1, lanes: 2, preset: 'fixed-seq-len' }))).toEqual({
    requests: 4,
    inputTokens: 32,
    longestOutputTokens: 1,
  })
})
