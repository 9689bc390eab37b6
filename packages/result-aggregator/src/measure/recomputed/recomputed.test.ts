import { expect, test } from 'vitest'
import { Result } from '../../result/result.ts'
import { ownBreakdown, ownCounts, ownJobs, ownSteadiness } from './own-counts.fixture.ts'
import type { Figures } from './own-formulas.fixture.ts'
import { ownLatencies } from './own-latencies.fixture.ts'
import { ownHits, ownThroughput } from './own-rates.fixture.ts'
import { ownColdStarts, ownSettling } from './own-starts.fixture.ts'
import { result } from './recomputed-run.fixture.ts'

/*
 * Every figure of a run once more, from its records, by formulas of their own (`own-*.fixture.ts`), to nine digits. What a result has and nobody
 * computes again is listed with the reason.
 */

const own: Figures = {
  ...ownLatencies(),
  ...ownHits(),
  ...ownThroughput(),
  ...ownCounts(),
  ...ownSteadiness(),
  ...ownBreakdown(),
  ...ownJobs(),
  ...ownColdStarts(),
  ...ownSettling(),
}

/** Numbers of a result, by the beginning of their path, that are not computed again. */
const notMeasured: Readonly<Record<string, string>> = {
  'identity.': 'what the run was told of what it measures',
  'provenance.': 'what it was made of',
  'load.': 'what was planned',
  'validity.limits.': 'the bounds that it is judged by',
  'goodput.slo.': 'the objectives that were given',
  'settling.output.trendP': 'the test of Mann, Kendall, Hamed and Rao: by hand in settling.test.ts',
  'settling.inputTokens.trendP': 'the same',
  'settling.ttft.trendP': 'the same',
}

/** Parts of a result that this run does not have, and where their figures are computed by hand. */
const notInThisRun: Readonly<Record<string, string>> = {
  arrivals: 'open loads alone: open-loads.test.ts',
  ignoredUsage: 'servers that tell what cannot be: plausible-usage.test.ts',
  fidelity: 'runs at recorded times: compare-capture.test.ts',
  engineModel: 'simulated runs, what the engine counted, as it is: simulate.test.ts',
  server: 'what the server says: server-measure.test.ts, server-figures.test.ts',
  power: 'what meters say: power-measure.test.ts',
  submission: 'presets that somebody publishes by: submission.test.ts',
  steps: 'ramps, of which each step is a result as this one: ramp-measure.test.ts',
}

const ours = numbersOf(result)

test.each([...Map.groupBy(Object.keys(own), groupOf)])('%s', (_, paths) => {
  const wrong = paths.filter((path) => !(Math.abs(ours[path]! - own[path]!) <= 1e-9 * Math.abs(own[path]!)))
  expect(wrong.map((path) => ({ path, told: ours[path], own: own[path] }))).toEqual([])
})

test('every number of the result is computed again, or is listed with the reason why not', () => {
  const left = Object.keys(ours).filter((path) => !(path in own))
  const unlisted = left.filter((path) => !Object.keys(notMeasured).some((start) => path.startsWith(start)))
  expect(unlisted).toEqual([])
})

test('every part of a result is in this run, or is listed with where its figures are computed by hand', () => {
  const missing = Object.keys(Result.shape).filter((name) => !(name in result))
  expect(missing.toSorted()).toEqual(Object.keys(notInThisRun).toSorted())
})

test('the run has what makes figures differ: failures, subagents, lateness, a play found midway, and intervals that are none', () => {
  const { counts, jobs, metrics } = result
  expect(Math.min(counts.failed, jobs!.completedWithFailures, jobs!.unfinished, jobs!.foundMidway!)).toBeGreaterThan(0)
  expect(jobs!.sessions.subagent!.completed).toBeGreaterThan(0)
  expect(metrics.co_ttft!.p50).toBeGreaterThan(metrics.ttft!.p50!)
  expect(metrics.ttfat!.p50).toBeGreaterThan(metrics.ttft!.p50!)
  expect(metrics.ttft!.withFailures!.p99).toBe('unbounded')
  const estimates = Object.values(metrics).flatMap(({ intervals }) => (intervals ? [intervals.p95, intervals.p99] : []))
  expect(estimates).toContainEqual({ notEstimable: 'beyond-values' })
})

/** `metrics.ttft`, `throughput`. */
function groupOf(path: string): string {
  const [first, second] = path.split('.')
  return first === 'metrics' || first === 'breakdown' ? `${first}.${second}` : first!
}

function numbersOf(value: unknown, path = ''): Figures {
  if (typeof value === 'number') return { [path]: value }
  if (typeof value !== 'object' || value === null) return {}
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, part]) => numbersOf(part, path === '' ? name : `${path}.${name}`)),
  )
}
