import type { HashNumbers, LongIntegers } from '../../recording/hash-numbers.ts'
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
  readonly cachedTokens?: number
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly blockSize: number
  readonly ids: Uint32Array
  /** The ids behind the prompt's full blocks once the reply is there. */
  readonly replyIds?: Uint32Array
  /** Why the ids of the reply could not be used. */
  readonly badReply?: string
  readonly stopReason?: string
  /** Its session was made out of its prompt. */
  readonly hasInferredSession: boolean
  /** Its tokens are not the model's. */
  readonly isApproximated: boolean
}

export interface RowHashes {
  /** Those of the record, by the index that stands in its place. */
  readonly lists: readonly LongIntegers[]
  readonly numbers: HashNumbers
}

/**
 * The request of a row out of parsed JSON, wrapped by the file sink or bare; undefined for a row that is not the end of a request.
 *
 * @throws InvalidTrace when a field is missing or impossible.
 */
export function parseDynamoRow(value: unknown, hashes: RowHashes): RecordedEnd | undefined {
  const event = checked(DynamoEvent, unwrapped(value), '', ignored)
  return event.event_type === 'request_end' ? endOf(event, hashes) : undefined
}

/** The record inside `{"timestamp": ..., "event": ...}`; that timestamp counts from the start of the sink and says nothing. */
export function unwrapped(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'event' in value ? value.event : value
}

function endOf(event: DynamoEvent, hashes: RowHashes): RecordedEnd {
  const request = checked(DynamoRequest, event.request, 'request', ignored)
  const { ttft_ms: ttftMs, prefill_wait_time_ms: queueMs, cached_tokens: cached, replay } = request
  const { session, parentSession } = namesOf(event)
  const stopReason = request.finish_reason_metadata?.finish_reason
  const apiMs = request.total_time_ms ?? untilEvent(event, request.request_received_ms)
  const blockSize = replay.trace_block_size
  const ids = idsOf(replay.input_sequence_hashes, 'input_sequence_hashes', hashes)
  return {
    requestId: request.request_id,
    ...(session !== undefined && { session }),
    ...(parentSession !== undefined && { parentSession }),
    startMs: startOf(event, request.request_received_ms, apiMs),
    ...(apiMs !== undefined && { apiMs }),
    ...(ttftMs != null && { ttftMs }),
    ...(queueMs != null && { queueMs }),
    // More than the prompt has is no count of it.
    ...(cached != null && cached <= replay.input_length && { cachedTokens: cached }),
    model: request.model ?? 'unknown',
    inputTokens: replay.input_length,
    outputTokens: request.output_tokens,
    blockSize,
    ids,
    ...(replay.completion_sequence_hashes && replyOf(replay.completion_sequence_hashes)),
    ...(stopReason && { stopReason }),
    hasInferredSession: event.capture?.identity === 'prompts',
    isApproximated: event.capture?.approximated !== undefined || /^approximation/.test(event.capture?.tokens ?? ''),
  }

  /** Prompt and reply in blocks, which begin with the prompt's. */
  function replyOf(list: readonly unknown[]): Pick<RecordedEnd, 'replyIds' | 'badReply'> {
    const all = idsOf(list, 'completion_sequence_hashes', hashes)
    const full = Math.floor(replay.input_length / blockSize)
    const expected = Math.ceil((replay.input_length + request.output_tokens) / blockSize)
    if (all.length !== expected)
      return {
        badReply: `completion_sequence_hashes: ${all.length} hashes where prompt and reply fill ${expected} blocks`,
      }
    for (let i = 0; i < full; i += 1)
      if (all[i] !== ids[i])
        return { badReply: 'completion_sequence_hashes: they do not begin with those of the prompt' }
    return { replyIds: all.slice(full) }
  }
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

/** The event is the end of the request; where its recorder knew no duration, its time may still be later than the start. */
function untilEvent(
  { event_time_unix_ms: endMs }: DynamoEvent,
  receivedMs: number | null | undefined,
): number | undefined {
  return endMs != null && receivedMs != null && endMs > receivedMs ? endMs - receivedMs : undefined
}

function startOf(event: DynamoEvent, receivedMs: number | null | undefined, apiMs: number | undefined): number {
  if (receivedMs != null) return receivedMs
  if (event.event_time_unix_ms == null)
    throw new InvalidTrace('request.request_received_ms: expected a number, found nothing; add it or remove the row')
  return event.event_time_unix_ms - (apiMs ?? 0)
}

/** The list stands beside the record, and in its place is its index; one with anything else in it was left as that. */
function idsOf([index]: readonly unknown[], field: string, { lists, numbers }: RowHashes): Uint32Array {
  const list = typeof index === 'number' ? lists[index] : undefined
  if (list) return numbers.numbersOf(list)
  const found = typeof index === 'string' ? `found ${index}` : 'found something else'
  throw new InvalidTrace(
    `request.replay.${field}: expected whole numbers below 2^64, ${found}; correct the row or remove it`,
  )
}
