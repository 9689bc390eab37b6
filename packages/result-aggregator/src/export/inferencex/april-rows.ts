import type { RequestRecord } from '@reprise/replay-engine'
import { outputCount } from '../../measure/output-count.ts'
import { epochOf, nanosecondsAt } from '../aiperf/epoch.ts'
import { csvLine } from '../records/csv-line.ts'
import { dispatchedMs } from '../run/dispatched.ts'
import type { ExportedRun } from '../run/exported-run.ts'

/** One request as the replayer of April 2026 told it; times in seconds since 1970, and of 0 where there is none. */
export interface AprilRow {
  readonly user_id: string
  readonly request_idx: number
  readonly trace_id: string
  readonly request_type: 'streaming'
  readonly input_tokens: number
  readonly output_tokens_expected: number
  readonly output_tokens_actual: number
  readonly cache_hit_blocks: number
  readonly cache_miss_blocks: number
  readonly ttft: number
  /** To the end of the stream, which is a little later than the last token. */
  readonly ttlt: number
  readonly itl: number
  readonly success: 'True' | 'False'
  readonly request_start_time: number
  readonly request_complete_time: number
}

const columns = [
  'user_id',
  'request_idx',
  'trace_id',
  'request_type',
  'input_tokens',
  'output_tokens_expected',
  'output_tokens_actual',
  'cache_hit_blocks',
  'cache_miss_blocks',
  'ttft',
  'ttlt',
  'itl',
  'success',
  'request_start_time',
  'request_complete_time',
] as const satisfies readonly (keyof AprilRow)[]

/**
 * The row of a request of the profiling phase that was sent and ended; the others have none.
 *
 * Source: kv-cache-tester as InferenceX's PR #1201 pinned it, trace_replay_tester.py.
 */
export function aprilRow(
  record: RequestRecord,
  { blockSize, epochNs }: { readonly blockSize: number; readonly epochNs: bigint },
): AprilRow | undefined {
  const sentMs = dispatchedMs(record)
  const { kind } = record.outcome
  if (record.phase !== 'profiling' || sentMs === undefined || kind === 'truncated' || kind === 'cancelled')
    return undefined
  const isOk = kind === 'ok'
  const { firstTokenMs, doneMs, plannedInputTokens, idealHitTokens } = record
  const tokens = (isOk ? outputCount(record)?.tokens : undefined) ?? 0
  const ttftS = isOk && firstTokenMs !== undefined ? (firstTokenMs - sentMs) / 1000 : 0
  const ttltS = isOk ? (doneMs - sentMs) / 1000 : 0
  const [blocks, hits] = [Math.floor(plannedInputTokens / blockSize), Math.floor(idealHitTokens / blockSize)]
  return {
    user_id: `lane_${record.lane}`,
    request_idx: record.turn,
    trace_id: record.trace,
    request_type: 'streaming',
    input_tokens: record.inputTokens ?? plannedInputTokens,
    output_tokens_expected: record.plannedOutputTokens,
    output_tokens_actual: tokens,
    cache_hit_blocks: hits,
    cache_miss_blocks: Math.max(0, blocks - hits),
    ttft: ttftS,
    ttlt: ttltS,
    itl: ttftS > 0 && tokens > 1 ? (ttltS - ttftS) / (tokens - 1) : 0,
    success: isOk ? 'True' : 'False',
    request_start_time: secondsAt(epochNs, sentMs),
    request_complete_time: secondsAt(epochNs, doneMs),
  }
}

/** `detailed_results.csv`, in the order in which requests ended. */
export async function* aprilCsv({ records, blockSize, result }: ExportedRun): AsyncGenerator<string> {
  yield csvLine(columns)
  const epochNs = epochOf(result)
  for await (const record of records()) {
    const row = aprilRow(record, { blockSize, epochNs })
    if (row) yield csvLine(columns.map((name) => row[name]))
  }
}

function secondsAt(epochNs: bigint, ms: number): number {
  return Number(nanosecondsAt(epochNs, ms)) / 1e9
}
