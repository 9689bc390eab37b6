/**
 * How fast a run is measured, intervals included: so many records through one pass, as `results build` makes it, without reading them from the disk.
 *
 *   npm run bench:aggregate -- [--records 1000000] [--lanes 256]
 *
 * Budget: 8 s and 700 MiB for a million. `bench:collect` measures how fast results of many runs are read and checked.
 */
import type { RequestRecord } from '@reprise/replay-engine'
import { buildResult } from '../packages/result-aggregator/src/measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../packages/result-aggregator/src/testing/run.fixture.ts'
import { benchFlags } from './bench-flags.ts'
import { type Spent, stopwatch } from './stopwatch.ts'

const { flags } = benchFlags(import.meta, {
  records: { type: 'string', default: '1000000' },
  lanes: { type: 'string', default: '256' },
})
const [count, lanes] = [Number(flags.records), Number(flags.lanes)]
const windowMs = 2 * 3_600_000
const turnsOfPlay = 40

const making = spent(() => {
  for (const record of makeRecords()) void record.id
})
const measuring = stopwatch()
const result = buildResult({
  header: runHeader(lanesLoad({ lanes, until: { kind: 'window', durationMs: windowMs } })),
  phases: [{ phase: 'profiling', startMs: 0, endMs: windowMs }],
  records: makeRecords(),
  ended: 'window',
})
const whole = measuring()
const { counts, metrics, throughput } = result
process.stdout.write(`${counts.requests} records of ${counts.plays} plays\n`)
process.stdout.write(
  `measured in ${(whole.wallS - making.wallS).toFixed(2)} s (budget 8 s), ${(whole.cpuS - making.cpuS).toFixed(2)} s of it computing; making them took ${making.wallS.toFixed(2)} s and is left out\n`,
)
process.stdout.write(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (budget 700)\n`)
process.stdout.write(
  `${JSON.stringify({ ttft: metrics.ttft?.intervals?.p90, output: throughput?.intervals?.output })}\n`,
)

function spent(act: () => void): Spent {
  const stop = stopwatch()
  act()
  return stop()
}

/** Made as they are asked for, so that only what is kept of them counts. */
function* makeRecords(): Generator<RequestRecord> {
  const perLane = Math.ceil(count / lanes)
  for (let i = 0; i < count; i += 1) {
    const [lane, n] = [i % lanes, Math.floor(i / lanes)]
    const sentMs = ((n + ((i * 7919) % 1000) / 1000) * windowMs) / (perLane + 1)
    const firstTokenMs = sentMs + 50 + ((i * 104_729) % 400) + ((lane * 31 + Math.floor(n / turnsOfPlay)) % 97)
    const lastTokenMs = firstTokenMs + 500 + ((i * 1_299_709) % 4000)
    const play = Math.floor(n / turnsOfPlay)
    yield okRecord({
      ...{ id: `${lane}.${play}.0.${n % turnsOfPlay}`, lane, play, turn: n % turnsOfPlay, dueMs: sentMs, sentMs },
      ...{ firstTokenMs, firstAnswerMs: firstTokenMs, lastTokenMs, doneMs: lastTokenMs + 1 },
      ...{ outputTokens: 100, plannedOutputTokens: 100, chunks: 100, cachedTokens: 500 + ((i * 13) % 200) },
    })
  }
}
