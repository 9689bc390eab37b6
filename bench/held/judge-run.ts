import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { RequestRecord } from '@reprise/replay-engine'
import { type Estimate, timePerOutputToken, timeToFirstToken } from '@reprise/result-aggregator/run'
import { buildResult } from '../../packages/result-aggregator/src/measure/build-result.ts'
import { endToEnd } from '../../packages/result-aggregator/src/measure/end-to-end.ts'
import type { SimulatedRun } from './replay-window.ts'
import type { CoverageTask } from './simulate-runs.ts'

/** What all runs together are computed from, and the intervals that a run gives. */
export interface CoverageRun extends CoverageTask {
  readonly requests: number
  readonly plays: number
  readonly effectivePlays: number
  /** In milliseconds. */
  readonly values: Readonly<Record<ValueName, Float64Array>>
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputPerS: number
  readonly reasons: readonly string[]
  /** By figure, as `ttft.p50`. */
  readonly estimates: Readonly<Record<string, Estimate>>
  /** Of every figure that has an interval. */
  readonly figures: Readonly<Record<string, number>>
}
export type ValueName = keyof typeof measures

const measures = { ttft: timeToFirstToken, tpot: timePerOutputToken, e2e: endToEnd }
const percentiles = ['p50', 'p75', 'p90', 'p95', 'p99'] as const

/** Measures a simulated run by the rules of today. */
export function judgeRun(file: string, task: CoverageTask): CoverageRun {
  const run = JSON.parse(gunzipSync(readFileSync(file)).toString()) as SimulatedRun
  const { metrics, throughput, cacheHit, counts, validity } = buildResult(run)
  const ok = run.records.filter(({ phase, outcome }) => phase === 'profiling' && outcome.kind === 'ok')
  const valuesOf = (of: (record: RequestRecord) => number | undefined) =>
    Float64Array.from(ok.flatMap((record) => of(record) ?? []))
  const estimates: Record<string, Estimate> = {}
  const figures: Record<string, number> = {}
  const take = (name: string, figure: number | undefined, estimate: Estimate | undefined) => {
    if (estimate) estimates[name] = estimate
    if (figure !== undefined) figures[name] = figure
  }
  for (const name of ['ttft', 'tpot', 'e2e'] as const)
    for (const each of percentiles) take(`${name}.${each}`, metrics[name]?.[each], metrics[name]?.intervals?.[each])
  take('output', throughput?.output, throughput?.intervals?.output)
  take('hit', cacheHit.measured, cacheHit.intervals?.measured)
  return {
    ...task,
    requests: ok.length,
    plays: counts.plays,
    effectivePlays: counts.effectivePlays ?? 0,
    values: { ttft: valuesOf(measures.ttft), tpot: valuesOf(measures.tpot), e2e: valuesOf(measures.e2e) },
    inputTokens: ok.reduce((sum, { inputTokens = 0 }) => sum + inputTokens, 0),
    cachedTokens: ok.reduce((sum, { cachedTokens = 0 }) => sum + cachedTokens, 0),
    outputPerS: throughput?.output ?? 0,
    reasons: validity.reasons.map((reason) => reason.split(':', 1)[0]!),
    estimates,
    figures,
  }
}
