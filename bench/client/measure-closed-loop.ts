/** Measured process: requests per second of the client, and of the HTTP library alone, turn by turn. */
import { replayStreams } from '../../packages/cli/src/calibrate/replay-streams.ts'
import { bareLoop } from './bare-loop.ts'
import type { PaceMode } from './paced-server.ts'

export interface ClosedLoopRequest {
  readonly url: string
  readonly mode: PaceMode
  readonly lanes: number
  readonly chunks: number
  readonly durationMs: number
}

const { url, mode, lanes, chunks, durationMs } = JSON.parse(process.argv[2]!) as ClosedLoopRequest
const warmupMs = 1_000

await fetch(`${url}/pace?mode=${mode}&periodMs=1`)
const load = {
  streams: lanes,
  inputTokens: 32,
  outputTokens: chunks,
  rangeRatio: 1,
  startsMs: 100,
  drainMs: 5_000,
  durationMs: warmupMs + durationMs,
}
const { records, window, cpuMs, maxRssMiB } = await replayStreams({ url, model: 'paced', load, warmupMs })
const done = records.filter(
  ({ doneMs, outcome }) => outcome.kind === 'ok' && doneMs >= window.startMs && doneMs < window.endMs,
).length
const body = Buffer.from(JSON.stringify({ model: 'paced', max_tokens: chunks, messages: 'word '.repeat(32) }))
const bare = await bareLoop({ url, lanes, body: () => body, startsMs: 100, warmupMs, durationMs })
process.stdout.write(
  `${JSON.stringify({ requestsPerS: done / (durationMs / 1e3), cpuPerRequestUs: (cpuMs * 1e3) / done, bareRequestsPerS: bare.requests / (bare.elapsedMs / 1e3), bareCpuPerRequestUs: (bare.cpuMs * 1e3) / bare.requests, maxRssMiB })}\n`,
)
process.exit(0)
