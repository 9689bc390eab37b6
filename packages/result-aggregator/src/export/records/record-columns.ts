import { parseAddress, type RequestRecord } from '@reprise/replay-engine'
import { connectTime } from '../../measure/connect-time.ts'
import { dispatchDelay } from '../../measure/dispatch-delay.ts'
import { endToEnd, endToEndFromDue, endToEndPerToken } from '../../measure/end-to-end.ts'
import { longestChunkGap } from '../../measure/longest-chunk-gap.ts'
import { outputCount } from '../../measure/output-count.ts'
import { scheduleDrift } from '../../measure/schedule-drift.ts'
import { interTokenLatency, timePerOutputToken } from '../../measure/time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from '../../measure/time-to-first-token.ts'
import type { TreeShape } from '../../measure/tree-shapes.ts'

type Value = string | number | boolean | undefined
type Read = (record: RequestRecord, shape: TreeShape | undefined) => Value

/** A column of the table of requests. What a request does not have is an empty cell. */
export interface RecordColumn {
  readonly name: string
  readonly type: 'text' | 'count' | 'number' | 'flag'
  readonly read: Read
}

/** What a record says, and the metrics of it by the names of the glossary, with their units. Times between chunks stand in the records alone. */
export const recordColumns: readonly RecordColumn[] = [
  ...columns('text', {
    id: ({ id }) => id,
    trace: ({ trace }) => trace,
    session: ({ session }) => session,
  }),
  ...columns('count', {
    lane: ({ lane }) => lane,
    play: ({ play }) => play,
    depth: ({ id }, shape) => shape?.depths[parseAddress(id).sessionIndex],
    turn: ({ turn }) => turn,
    attempt: ({ attempt }) => attempt,
  }),
  ...columns('text', {
    phase: ({ phase }) => phase,
    outcome: ({ outcome }) => outcome.kind,
    failure_class: ({ outcome }) => (outcome.kind === 'failed' ? outcome.class : undefined),
  }),
  ...columns('count', { status: ({ outcome }) => ('status' in outcome ? outcome.status : undefined) }),
  ...columns('text', {
    message: ({ outcome }) => ('message' in outcome ? outcome.message : undefined),
    finish_reason: ({ finishReason }) => finishReason,
  }),
  ...columns('flag', { resent: ({ resent }) => resent }),
  ...columns('number', {
    due_ms: ({ dueMs }) => dueMs,
    target_ms: ({ targetMs }) => targetMs,
    connect_start_ms: ({ connectStartMs }) => connectStartMs,
    sent_ms: ({ sentMs }) => sentMs,
    headers_ms: ({ headersMs }) => headersMs,
    first_token_ms: ({ firstTokenMs }) => firstTokenMs,
    first_answer_ms: ({ firstAnswerMs }) => firstAnswerMs,
    second_read_ms: ({ secondReadMs }) => secondReadMs,
    last_token_ms: ({ lastTokenMs }) => lastTokenMs,
    done_ms: ({ doneMs }) => doneMs,
  }),
  ...columns('count', {
    planned_input_tokens: ({ plannedInputTokens }) => plannedInputTokens,
    planned_output_tokens: ({ plannedOutputTokens }) => plannedOutputTokens,
    input_tokens: ({ inputTokens }) => inputTokens,
    output_tokens: ({ outputTokens }) => outputTokens,
    cached_tokens: ({ cachedTokens }) => cachedTokens,
    ideal_hit_tokens: ({ idealHitTokens }) => idealHitTokens,
    counted_output_tokens: (record) => outputCount(record)?.tokens,
  }),
  ...columns('text', { output_counted_by: (record) => outputCount(record)?.by }),
  ...columns('count', {
    chunks: ({ chunks }) => chunks,
    reads: ({ reads }) => reads,
    tokens_in_first_chunk: ({ tokensInFirstChunk }) => tokensInFirstChunk,
    payload_bytes: ({ payloadBytes }) => payloadBytes,
  }),
  ...columns('number', {
    ttft_ms: timeToFirstToken,
    ttfat_ms: timeToFirstAnswerToken,
    tpot_ms: timePerOutputToken,
    itl_compat_ms: interTokenLatency,
    e2e_ms: endToEnd,
    e2e_per_token_ms: endToEndPerToken,
    co_ttft_ms: timeToFirstTokenFromDue,
    co_e2e_ms: endToEndFromDue,
    dispatch_delay_ms: dispatchDelay,
    connect_time_ms: connectTime,
    schedule_drift_ms: scheduleDrift,
    longest_chunk_gap_ms: longestChunkGap,
  }),
]

function columns(type: RecordColumn['type'], reads: Readonly<Record<string, Read>>): RecordColumn[] {
  return Object.entries(reads).map(([name, read]) => ({ name, type, read }))
}
