/**
 * What a load costs before anything is sent: for each preset that plays traces, the real command from its start to its first request and its
 * memory by then; and a plan of many arrivals, from the corpus in memory to its first one.
 *
 *   npm run bench:loads -- [--traces PATH] [--sessions 100000] [--rounds 3]
 *
 * Without traces: the small synthetic corpus of the command. Budgets: 3 s and 600 MiB on 355 recorded traces; 2 s for 100,000 sessions.
 */
import { arrivalsOf, planReplay } from '@reprise/replay-engine'
import { type PresetName, presets } from '@reprise/replay-engine/presets'
import { fixedLengthCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { measureStart } from './client/measure-start.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  sessions: { type: 'string', default: '100000' },
  rounds: { type: 'string', default: '3' },
})
const rounds = Number(flags.rounds)

for (const name of Object.keys(presets) as PresetName[]) {
  const { corpus, load } = presets[name]
  if (corpus.kind !== 'traces') continue
  const size = load.kind === 'lanes' ? ['--lanes', '64'] : load.kind === 'rate' ? ['--rate', '100'] : []
  const starts = []
  for (let round = 0; round < rounds; round += 1)
    starts.push(await measureStart(flags.traces, ['--preset', name, ...size]))
  const seconds = median(starts.map(({ firstRequestMs }) => firstRequestMs)) / 1_000
  const mib = median(starts.map(({ peakRssMiB = 0 }) => peakRssMiB))
  console.log(`${name}: first request after ${seconds.toFixed(2)} s, ${mib.toFixed(0)} MiB`)
}

const sessions = Number(flags.sessions)
const single = fixedLengthCorpus({
  seed: 1,
  requests: 1_000,
  inputTokens: 128,
  outputTokens: 8,
  rangeRatio: 1,
  blockSize: 64,
})
const planned: number[] = []
for (let round = 0; round < rounds; round += 1) {
  const startMs = performance.now()
  const plan = planReplay(single, {
    ...{ seed: round, preset: 'rate', sessionsPerS: 300 },
    overrides: { until: { kind: 'passes', passes: Math.ceil(sessions / 1_000) } },
  })
  arrivalsOf(plan).playOf(0, 0)
  planned.push(performance.now() - startMs)
}
console.log(
  `rate: ${sessions} sessions are planned, and the first one is at hand, after ${median(planned).toFixed(0)} ms`,
)

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )!
}
