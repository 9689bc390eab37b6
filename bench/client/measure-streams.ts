/** Measured process: streams at a pace, replayed as a run replays them. Arguments and result are one JSON value each. */
import { compareInstants } from '../../packages/cli/src/calibrate/compare-instants.ts'
import { replayStreams } from '../../packages/cli/src/calibrate/replay-streams.ts'
import { servedInstantsOf } from '../../packages/cli/src/calibrate/served-instants.ts'
import type { PaceMode } from './paced-server.ts'

export interface StreamsRequest {
  readonly server: { readonly url: string; readonly monotonicOriginMs: number }
  readonly mode: PaceMode
  readonly streams: number
  readonly tokensPerS: number
  /** Longest reply, in time. */
  readonly replyMs: number
  /** The streams' first requests are spread over this. */
  readonly startsMs: number
  readonly durationMs: number
  /** Of the client; default: one. */
  readonly processes?: number
}

const {
  server,
  mode,
  streams,
  tokensPerS,
  replyMs,
  startsMs,
  durationMs,
  processes = 1,
} = JSON.parse(process.argv[2]!) as StreamsRequest

await fetch(`${server.url}/pace?mode=${mode}&periodMs=${1e3 / tokensPerS}`)
const warmupMs = 1.5 * startsMs + 500
const run = await replayStreams({
  url: server.url,
  model: 'paced',
  load: {
    streams,
    inputTokens: 32,
    outputTokens: Math.round((replyMs * tokensPerS) / 1e3),
    startsMs,
    durationMs: warmupMs + durationMs,
    drainMs: replyMs > durationMs ? 0 : 5_000,
  },
  warmupMs,
  processes,
})
const log = await (await fetch(`${server.url}/log`)).text()
const served = servedInstantsOf(log.split('\n').filter((line) => line !== ''))
const errors = compareInstants({
  records: run.records,
  served,
  offsetMs: server.monotonicOriginMs - run.originMs,
  window: run.window,
})
process.stdout.write(
  `${JSON.stringify({ ...errors, cpuPerChunkUs: (run.cpuMs * 1e3) / errors.chunks, cpuShare: run.cpuShare, ...(run.coreWaitShare !== undefined && { coreWaitShare: run.coreWaitShare }), maxRssMiB: run.maxRssMiB, failed: run.records.filter(({ outcome }) => outcome.kind !== 'ok' && outcome.kind !== 'cancelled').length })}\n`,
)
process.exit(0)
