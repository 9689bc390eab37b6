/** A process of bench:coverage: simulates the runs it is asked for on its standard input, and prints each as a line of JSON. */
import { text } from 'node:stream/consumers'
import { EngineTarget } from '@reprise/engine-sim'
import { defaultEngine } from '@reprise/engine-sim/core'
import {
  type PhaseSpan,
  planReplay,
  planTextDigest,
  type RequestRecord,
  renderPlan,
  replay,
  VirtualClock,
} from '@reprise/replay-engine'
import { type Estimate, planFacts, timePerOutputToken, timeToFirstToken } from '@reprise/result-aggregator'
import { type Corpus, readCorpus, synthCorpus } from '@reprise/trace'
import { buildResult } from '../../packages/result-aggregator/src/measure/build-result.ts'
import { endToEnd } from '../../packages/result-aggregator/src/measure/end-to-end.ts'

export interface CoverageTask {
  readonly lanes: number
  readonly minutes: number
  /** Of the cache of the engine. */
  readonly blocks: number
  readonly seed: number
}

/** A simulated run: what all runs together are computed from, and the intervals that it gave. */
export interface CoverageRun extends CoverageTask {
  readonly requests: number
  readonly plays: number
  readonly effectivePlays: number
  /** To six digits, in milliseconds. */
  readonly values: Readonly<Record<ValueName, readonly number[]>>
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputPerS: number
  readonly reasons: readonly string[]
  /** By figure, as `ttft.p50`. */
  readonly estimates: Readonly<Record<string, Estimate>>
  /** Of every figure that has an interval. */
  readonly figures: Readonly<Record<string, number>>
}
export type ValueName = 'ttft' | 'tpot' | 'e2e'

const measures = { ttft: timeToFirstToken, tpot: timePerOutputToken, e2e: endToEnd }
const percentiles = ['p50', 'p75', 'p90', 'p95', 'p99'] as const

if (import.meta.main) {
  const { traces, tasks } = JSON.parse(await text(process.stdin)) as { traces?: string; tasks: CoverageTask[] }
  const corpus = traces === undefined ? synthCorpus({ seed: 42, traces: 355 }) : (await readCorpus(traces)).corpus
  for (const task of tasks) process.stdout.write(`${JSON.stringify(await simulate(corpus, task))}\n`)
}

async function simulate(corpus: Corpus, task: CoverageTask): Promise<CoverageRun> {
  const { lanes, minutes, blocks, seed } = task
  const { scheduler, ...others } = defaultEngine()
  const engine = { ...others, scheduler: { ...scheduler, numBlocks: blocks } }
  const plan = planReplay(corpus, {
    seed,
    lanes,
    overrides: {
      until: { kind: 'window', durationMs: minutes * 60_000 },
      ...(engine.scheduler.maxModelLen !== undefined && { maxContextTokens: engine.scheduler.maxModelLen }),
    },
  })
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, engine)
  const records: RequestRecord[] = []
  const phases: PhaseSpan[] = []
  const { ended } = await clock.run(() =>
    replay({
      ...{ plan, corpus, clock, target },
      onRecord: (record) => records.push(record),
      onPhase: (span) => {
        const at = phases.findIndex(({ phase }) => phase === span.phase)
        if (at < 0) phases.push(span)
        else phases[at] = span
      },
    }),
  )
  const result = buildResult({
    header: {
      schema: 'run/1',
      identity: { model: engine.model },
      target: { kind: 'in-process', simulated: true, clock: 'virtual' },
      corpus: { origin: 'recorded' },
      plan: planFacts(plan, planTextDigest(renderPlan(plan))),
      command: 'bench/coverage.ts',
      toolVersion: '0',
      replaySemantics: '1',
    },
    ...{ records, phases, ended },
  })
  const ok = records.filter(({ phase, outcome }) => phase === 'profiling' && outcome.kind === 'ok')
  const values = Object.fromEntries(
    Object.entries(measures).map(([name, of]) => [
      name,
      ok.flatMap((record) => of(record) ?? []).map((value) => Number(value.toPrecision(6))),
    ]),
  ) as unknown as CoverageRun['values']
  const { metrics, throughput, cacheHit, counts, validity } = result
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
    values,
    inputTokens: ok.reduce((sum, { inputTokens = 0 }) => sum + inputTokens, 0),
    cachedTokens: ok.reduce((sum, { cachedTokens = 0 }) => sum + cachedTokens, 0),
    outputPerS: throughput?.output ?? 0,
    reasons: validity.reasons.map((reason) => reason.split(':', 1)[0]!),
    estimates,
    figures,
  }
}
