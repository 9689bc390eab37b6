/**
 * Whether `serve` writes tokens at the instants at which its engine makes them: many streams that all have a token in every step, at short
 * steps, against a server that is a process of its own. How late each token was when it was handed to its connection, and what the client
 * measures per token beside what was modelled.
 *
 *   npm run bench:streams -- [--streams 8,64,256] [--step-ms 10,5,2] [--seconds 5] [--stream-interval 1]
 */
import { planReplay } from '@reprise/replay-engine'
import { textTable } from '@reprise/result-aggregator'
import { fixedLengthCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { playClosed } from './clocks/play-closed.ts'
import { type PlayedLive, playLive } from './clocks/play-live.ts'

const { flags } = benchFlags(import.meta, {
  streams: { type: 'string', default: '8,64,256' },
  'step-ms': { type: 'string', default: '10,5,2' },
  seconds: { type: 'string', default: '5' },
  'stream-interval': { type: 'string', default: '1' },
})
const numbers = (text: string) => text.split(',').map(Number)

const rows: string[][] = []
for (const streams of numbers(flags.streams))
  for (const stepMs of numbers(flags['step-ms'])) rows.push(rowOf(streams, stepMs, await played(streams, stepMs)))
const head = ['streams', 'step ms', 'tokens/s', 'late p50 ms', 'p90', 'p99', 'most', 'TPOT modelled', 'TPOT by client']
process.stdout.write(textTable([head, ...rows]))

function played(streams: number, stepMs: number): Promise<PlayedLive> {
  const outputTokens = Math.round((Number(flags.seconds) * 1e3) / stepMs)
  const lengths = { inputTokens: 100, outputTokens, rangeRatio: 1, blockSize: 64 }
  const corpus = fixedLengthCorpus({ seed: 1, requests: streams, ...lengths })
  const overrides = { until: { kind: 'passes', passes: 1 }, start: { min: 0, max: 0 }, staggerMs: 0 } as const
  const plan = planReplay(corpus, { seed: 1, lanes: streams, overrides })
  const still = { prefillMsPerToken: 0, prefillMsPerMillionTokenContext: 0, decodeMsPerSequence: 0 }
  return playLive({
    description: { stepTime: { baseMs: stepMs, ...still, decodeMsPerThousandContext: 0 } },
    flags: ['--stream-interval', flags['stream-interval']],
    corpus,
    play: (clock, target) => playClosed({ plan, corpus, clock, target }),
  })
}

function rowOf(streams: number, stepMs: number, { served, replies }: PlayedLive): string[] {
  const lateMs = served.flatMap(({ tokenMs, writeMs }) => tokenMs.map((ms, at) => writeMs[at]! - ms))
  const perToken = (all: readonly { firstTokenMs: number; lastTokenMs: number; outputTokens: number }[]) =>
    quantileOf(
      all.map(({ firstTokenMs, lastTokenMs, outputTokens }) => (lastTokenMs - firstTokenMs) / (outputTokens - 1)),
      0.5,
    ).toFixed(3)
  const late = [0.5, 0.9, 0.99, 1].map((p) => quantileOf(lateMs, p).toFixed(2))
  const rate = Math.round((streams * 1e3) / stepMs)
  return [String(streams), String(stepMs), String(rate), ...late, perToken(served), perToken([...replies.values()])]
}

function quantileOf(values: readonly number[], p: number): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    p,
  )!
}
