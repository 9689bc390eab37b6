import type { IdNumbers } from '../../recording/id-numbers.ts'
import { checked, InvalidTrace } from '../../recording/invalid-trace.ts'
import { DynamoEvent, DynamoRequest } from './dynamo-schema.ts'

/** A request as its row tells it. */
export interface RecordedEnd {
  readonly requestId: string
  /** Absent where the row names no agent. */
  readonly session?: string
  readonly parentSession?: string
  /** Unix time. */
  readonly startMs: number
  readonly apiMs?: number
  readonly ttftMs?: number
  readonly queueMs?: number
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly blockSize: number
  readonly ids: Uint32Array
  readonly stopReason?: string
}

/**
 * The request of a row out of parsed JSON, wrapped by the file sink or bare; undefined for a row that is not the end of a request.
 *
 * @throws InvalidTrace when a field is missing or impossible.
 */
export function parseDynamoRow(value: unknown, numbers: IdNumbers): RecordedEnd | undefined {
  const event = checked(DynamoEvent, unwrapped(value), '', ignored)
  if (event.event_type !== 'request_end') return undefined
  const request = checked(DynamoRequest, event.request, 'request', ignored)
  const { total_time_ms: apiMs, ttft_ms: ttftMs, prefill_wait_time_ms: queueMs, replay } = request
  const { session, parentSession } = namesOf(event)
  const stopReason = request.finish_reason_metadata?.finish_reason
  return {
    requestId: request.request_id,
    ...(session !== undefined && { session }),
    ...(parentSession !== undefined && { parentSession }),
    startMs: startOf(event, request.request_received_ms, apiMs),
    ...(apiMs != null && { apiMs }),
    ...(ttftMs != null && { ttftMs }),
    ...(queueMs != null && { queueMs }),
    model: request.model ?? 'unknown',
    inputTokens: replay.input_length,
    outputTokens: request.output_tokens,
    blockSize: replay.trace_block_size,
    ids: idsOf(replay.input_sequence_hashes, numbers),
    ...(stopReason && { stopReason }),
  }
}

/** The record inside `{"timestamp": ..., "event": ...}`; that timestamp counts from the start of the sink and says nothing. */
export function unwrapped(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'event' in value ? value.event : value
}

/** Writers add fields from version to version, and most of the known ones say nothing about a replay. */
export function ignored(): void {}

/** The session that an event is of, and its parent. */
export function namesOf({ agent_context: context }: DynamoEvent): { session?: string; parentSession?: string } {
  const session = context?.trajectory_id ?? context?.program_id ?? context?.session_id
  if (!context || session == null) return {}
  const parentSession = context.parent_trajectory_id ?? context.parent_program_id ?? context.parent_session_id
  return { session, ...(parentSession != null && { parentSession }) }
}

function startOf(event: DynamoEvent, receivedMs: number | null | undefined, apiMs: number | null | undefined): number {
  if (receivedMs != null) return receivedMs
  if (event.event_time_unix_ms == null)
    throw new InvalidTrace('request.request_received_ms: expected a number, found nothing; add it or remove the row')
  return event.event_time_unix_ms - (apiMs ?? 0)
}

function idsOf(hashes: readonly unknown[], numbers: IdNumbers): Uint32Array {
  try {
    return numbers.of(hashes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const place = `request.replay.input_sequence_hashes${error.message}`
    throw new InvalidTrace(`${place}: expected a whole number; correct the row or remove it`)
  }
}
