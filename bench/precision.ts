/**
 * What stopping at the first look that pleases costs: simulated runs that differ in their seeds alone, and the share of them whose 95 % interval holds
 * the value of all of them together, where each is stopped by `--target-half-width` and where each lasts its whole window.
 *
 *   npm run bench:precision -- [--traces PATH] [--runs 40] [--lanes 16] [--minutes 60] [--target ttft_p50=15%]
 */
import { defaultEngine } from '@reprise/engine-sim/core'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { planReplay, replay } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { PrecisionWatch, timePerOutputToken, timeToFirstToken } from '@reprise/result-aggregator/run'
import { readCorpus, synthCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import { parsePrecision } from '../packages/cli/src/options/parse-precision.ts'
import { benchFlags } from './bench-flags.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  runs: { type: 'string', default: '40' },
  lanes: { type: 'string', default: '16' },
  minutes: { type: 'string', default: '60' },
  target: { type: 'string', default: 'ttft_p50=15%' },
})
const wanted = parsePrecision(flags.target)
const metric = wanted.metric === 'tpot' ? timePerOutputToken : timeToFirstToken
if (!['ttft', 'tpot'].includes(wanted.metric)) throw new Error('--target: give ttft or tpot')
const corpus =
  flags.traces === undefined ? synthCorpus({ seed: 42, traces: 355 }) : (await readCorpus(flags.traces)).corpus

const all: number[] = []
const stopped: PrecisionWatch['precision'][] = []
const whole: PrecisionWatch['precision'][] = []
for (let seed = 1; seed <= Number(flags.runs); seed += 1) await simulate(seed)

const truth = quantile(
  all.toSorted((a, b) => a - b),
  wanted.percentile / 100,
)!
const minutes = stopped.map(({ atMs = 0 }) => atMs / 60_000).toSorted((a, b) => a - b)
console.log(
  `${flags.target} at ${flags.lanes} lanes: ${truth.toFixed(1)} ms over ${flags.runs} runs of ${flags.minutes} min`,
)
console.log(`stopped: ${held(stopped)}, after ${quantile(minutes, 0.5)} min (median); whole windows: ${held(whole)}`)

async function simulate(seed: number): Promise<void> {
  const durationMs = Number(flags.minutes) * 60_000
  const plan = planReplay(corpus, {
    ...{ seed, lanes: Number(flags.lanes) },
    overrides: { until: { kind: 'window', durationMs }, maxContextTokens: defaultEngine().scheduler.maxModelLen },
  })
  const clock = new VirtualClock()
  const [first, last] = [new PrecisionWatch(wanted), new PrecisionWatch({ ...wanted, halfWidthShare: 1e-9 })]
  let found: PrecisionWatch['precision'] | undefined
  await clock.run(() =>
    replay({
      ...{ plan, corpus, clock, target: new EngineTarget(clock, defaultEngine()) },
      onPhase: ({ phase, startMs }) => {
        if (phase === 'profiling') for (const watch of [first, last]) watch.begin(startMs)
      },
      onRecord: (record) => {
        const value = record.phase === 'profiling' && record.outcome.kind === 'ok' ? metric(record) : undefined
        if (value !== undefined) all.push(value)
        if (!found && first.add(record)) found = first.precision
        last.add(record)
      },
    }),
  )
  stopped.push(found ?? first.precision)
  whole.push(last.precision)
}

/** Of those that have an interval. */
function held(precisions: readonly PrecisionWatch['precision'][]): string {
  const intervals = precisions.flatMap(({ interval }) => (interval ? [interval] : []))
  const hold = intervals.filter(({ low, high }) => low <= truth && truth <= high)
  return `${((100 * hold.length) / intervals.length).toFixed(0)} % of ${intervals.length} hold it`
}
