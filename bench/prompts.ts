/**
 * How long the body of a request takes to write: turns drawn from a corpus, each first with the others right before it and then after a
 * pause, as in a run, where the processor's caches have been put to other uses since the last one.
 *
 *   node bench/prompts.ts [--traces PATH] [--requests 150] [--pause 30]
 *
 * Without traces: a synthetic corpus of recorded lengths.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { PlannedRequest } from '@reprise/replay-engine'
import { WallClock } from '@reprise/replay-engine/clock'
import { HttpTarget, NO_OVERHEAD, WORDS } from '@reprise/replay-engine/endpoint'
import { readCorpus, synthCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { drawnRequests } from './client/drawn-requests.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  requests: { type: 'string', default: '150' },
  pause: { type: 'string', default: '30' },
})
const corpus = flags.traces ? (await readCorpus(flags.traces)).corpus : synthCorpus({ seed: 1, traces: 40 })
const requests = drawnRequests(corpus, Number(flags.requests))
// Nothing is sent, so that any address will do.
const target = new HttpTarget({
  url: 'http://127.0.0.1:1',
  model: 'none',
  clock: new WallClock(),
  corpus,
  words: WORDS,
  overhead: NO_OVERHEAD,
  timeoutMs: 1_000,
})
await measure('first time', 0)
await measure('again', 0)
await measure('after a pause', Number(flags.pause))
await target.close()

async function measure(name: string, pauseMs: number): Promise<void> {
  const tookMs: number[] = []
  let bytes = 0
  for (const request of requests) {
    if (pauseMs > 0) await pause(pauseMs)
    const body = timed(request, tookMs)
    bytes += body.length
    target.giveBack(body)
  }
  const totalMs = tookMs.reduce((sum, each) => sum + each, 0)
  tookMs.sort((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((q) => quantile(tookMs, q)?.toFixed(2))
  const perBody = `${Math.round(bytes / tookMs.length / 1e3)} kB a body`
  process.stdout.write(
    `${name.padEnd(16)}p50 ${p50} ms  p99 ${p99} ms  ${Math.round(bytes / totalMs / 1e3)} MB/s  ${perBody}\n`,
  )
}

function timed(request: PlannedRequest, tookMs: number[]): Buffer {
  const startMs = performance.now()
  const body = target.bodyOf(request)
  tookMs.push(performance.now() - startMs)
  return body
}
