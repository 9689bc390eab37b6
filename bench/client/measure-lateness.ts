/** Measured process: an open load, sent when it is due whatever has become of earlier requests; how late it is. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedRequest } from '@reprise/replay-engine'
import { WallClock } from '@reprise/replay-engine/clock'
import { HttpTarget, NO_OVERHEAD, WORDS } from '@reprise/replay-engine/endpoint'
import { type Corpus, fixedLengthCorpus, readCorpus, synthCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import type { Observer } from '@reprise/wire'
import type { CompanionRun } from '../../packages/cli/src/run/companion.ts'
import { serverMetrics } from '../../packages/cli/src/run/server-metrics.ts'
import { dice, drawnRequests } from './drawn-requests.ts'

export interface LatenessRequest {
  readonly url: string
  readonly requestsPerS: number
  /** `short`: prompts of at most 1 kB; `synthetic`: of recorded lengths; else a folder of traces. */
  readonly prompts: string
  readonly durationMs: number
  /** Metrics pages that are sampled beside it, ten times a second; none: no sampler. */
  readonly pages?: readonly string[]
}

const { url, requestsPerS, prompts, durationMs, pages } = JSON.parse(process.argv[2]!) as LatenessRequest
const warmupMs = 1_500

await fetch(`${url}/pace?mode=at-once&periodMs=1`)
const corpus = await corpusOf(prompts)
const requests = drawnRequests(corpus, Math.ceil(((warmupMs + durationMs) / 1e3) * requestsPerS))
const clock = new WallClock()
const target = new HttpTarget({
  url,
  model: 'paced',
  clock,
  corpus,
  words: WORDS,
  overhead: NO_OVERHEAD,
  timeoutMs: 30_000,
})
const folder = mkdtempSync(join(tmpdir(), 'reprise-lateness-'))
const sampling = { url, metricsUrl: pages ?? [], metrics: pages !== undefined, metricsIntervalMs: 100 }
const sampler = serverMetrics({ ...sampling, power: 'off' }, (text) => process.stderr.write(`${text}\n`))
await sampler?.start?.({ clock, folder } as unknown as CompanionRun)
const latenessMs: number[] = []
const random = dice(7)
const countFromMs = clock.now() + warmupMs
let dueMs = clock.now() + 100
const ends = requests.map((request) => {
  // Poisson arrivals.
  dueMs += (-Math.log(1 - random()) * 1e3) / requestsPerS
  return send(request, dueMs)
})
const outcomes = await Promise.all(ends)
await sampler?.stop?.('window')
const sampled = pages ? readFileSync(join(folder, 'server-metrics.jsonl'), 'utf8').trimEnd().split('\n').length : 0
rmSync(folder, { recursive: true, force: true })
latenessMs.sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ n: latenessMs.length, p50: quantile(latenessMs, 0.5), p99: quantile(latenessMs, 0.99), meanTokens: requests.reduce((sum, each) => sum + each.inputTokens, 0) / requests.length, sampled, failed: outcomes.filter(({ kind }) => kind !== 'ok').length, maxRssMiB: process.resourceUsage().maxRSS / 1024 })}\n`,
)
process.exit(0)

function send(request: PlannedRequest, dueMs: number): ReturnType<HttpTarget['send']> {
  let hasBegun = false
  const begun = (atMs: number) => {
    if (!hasBegun && dueMs >= countFromMs) latenessMs.push(atMs - dueMs)
    hasBegun = true
  }
  const observer: Observer = {
    connecting: begun,
    sent: begun,
    headers() {},
    chunk() {},
    resent() {},
  }
  return new Promise((resolve, reject) =>
    clock.at(dueMs, () => target.send(request, observer, new AbortController().signal).then(resolve, reject)),
  )
}

async function corpusOf(name: string): Promise<Corpus> {
  // 120 words of at most 7 letters and a space.
  if (name === 'short')
    return fixedLengthCorpus({
      seed: 1,
      requests: 64,
      inputTokens: 120,
      outputTokens: 8,
      rangeRatio: 0.5,
      blockSize: 64,
    })
  if (name === 'synthetic') return synthCorpus({ seed: 1, traces: 8 })
  return (await readCorpus(name)).corpus
}
