/** Measured process: the streams of `measure-streams.ts`, read and thrown away by the HTTP library alone. */
import { bareLoop } from './bare-loop.ts'
import type { StreamsRequest } from './measure-streams.ts'

const { server, mode, streams, tokensPerS, replyMs, startsMs, durationMs } = JSON.parse(
  process.argv[2]!,
) as StreamsRequest

await fetch(`${server.url}/pace?mode=${mode}&periodMs=${1e3 / tokensPerS}`)
const longest = (replyMs * tokensPerS) / 1e3
let turn = 0
// As long as those of the measured client: from half of the longest to the longest.
const body = () =>
  Buffer.from(JSON.stringify({ max_tokens: Math.round(longest * (0.5 + ((turn++ * 37) % 100) / 200)) }))
const run = await bareLoop({
  url: server.url,
  lanes: streams,
  body,
  startsMs,
  warmupMs: 1.5 * startsMs + 500,
  durationMs,
})
process.stdout.write(`${JSON.stringify({ chunks: run.reads, cpuPerChunkUs: (run.cpuMs * 1e3) / run.reads })}\n`)
process.exit(0)
