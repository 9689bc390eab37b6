import { expect, test } from 'vitest'
import { buildResult } from '../measure/build-result.ts'
import type { Result } from '../result/result.ts'
import { lanesLoad, okRecord, runHeader } from '../testing/run.fixture.ts'
import { repeatsFigure, repeatsOf, repeatsShare } from './repeats.ts'

function run({ seed = 1, lanes = 4, gpus = 1, ttftMs = 100, cachedTokens = 900 }): Result {
  const plain = runHeader(lanesLoad({ lanes }), { identity: { model: 'acme/model-7b', gpus } })
  const firstTokenMs = 1000 + ttftMs
  return buildResult({
    header: { ...plain, plan: { ...plain.plan, seed } },
    phases: [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }],
    records: [
      okRecord({
        ...{ firstTokenMs, firstAnswerMs: firstTokenMs, lastTokenMs: 2000, doneMs: 2000 },
        ...{ sentMs: 1000, inputTokens: 1000, cachedTokens },
      }),
    ],
    ended: 'window',
  })
}

const seedsOf = (results: readonly Result[]) =>
  repeatsOf(results, (result) => result).map((same) => same.map(({ provenance }) => provenance.seed))

test('runs of one configuration and size with several seeds belong together, the first of each seed', () => {
  expect(seedsOf([run({ seed: 1 }), run({ seed: 2 }), run({ seed: 2 }), run({ seed: 3 })])).toEqual([[1, 2, 3]])
})

test('another size, another configuration and the same seed are no repeats', () => {
  expect(seedsOf([run({ seed: 1 }), run({ seed: 2, lanes: 8 }), run({ seed: 3, gpus: 8 }), run({ seed: 1 })])).toEqual(
    [],
  )
})

test('a figure over repeats is its geometric mean', () => {
  const runs = [run({ seed: 1, ttftMs: 100 }), run({ seed: 2, ttftMs: 200 }), run({ seed: 3, ttftMs: 400 })]
  const mean = repeatsFigure(runs, ({ metrics }) => metrics.ttft?.p50)!
  expect(mean.value).toBeCloseTo(200, 9)
  // Logarithms lie log 2 apart: the factor is exp(4.3027 * log 2 / sqrt 3) = 5.595.
  expect(mean.estimate).toMatchObject({ low: expect.closeTo(200 / 5.595, 2), high: expect.closeTo(200 * 5.595, 0) })
})

test('one that a run does not have is none', () => {
  const runs = [run({ seed: 1 }), run({ seed: 2 }), run({ seed: 3 })]
  expect(repeatsFigure(runs, ({ metrics, provenance }) => (provenance.seed < 3 ? metrics.ttft?.p50 : undefined))).toBe(
    undefined,
  )
})

test('a hit rate is one less the geometric mean of the misses, and its interval stays below 1', () => {
  const runs = [900, 800, 600].map((cachedTokens, i) => run({ seed: i, cachedTokens }))
  const mean = repeatsShare(runs, ({ cacheHit }) => cacheHit.measured)!
  // Misses of 0.1, 0.2 and 0.4; the interval of their mean reaches from 0.2 / 5.595 to 1.119, more than there is.
  expect(mean.value).toBeCloseTo(0.8, 9)
  expect(mean.estimate).toMatchObject({ low: 0, high: expect.closeTo(1 - 0.2 / 5.595, 4) })
})

test('hits without a miss are a mean all the same', () => {
  const runs = [1, 2, 3].map((seed) => run({ seed, cachedTokens: 1000 }))
  expect(repeatsShare(runs, ({ cacheHit }) => cacheHit.measured)?.value).toBe(1)
})
