import type { RequestNeed } from '../../recording/build-traces.ts'
import type { IdNumbers } from '../../recording/id-numbers.ts'
import { checked, InvalidTrace } from '../../recording/invalid-trace.ts'
import { MooncakeRow } from './mooncake-schema.ts'

/** A row as its file tells it. */
export interface RecordedRow {
  readonly requestId?: string
  readonly sessionId?: string
  /** Absent where the row is released by those it waits for. */
  readonly timestampMs?: number
  /** After the end of what it waits for; absent where the file gives none. */
  readonly delayMs?: number
  readonly waitFor?: readonly string[]
  /** Typed edges, in place of all three above. */
  readonly edges?: readonly RequestNeed[]
  /** Rows of one play belong together, and ids mean something inside it only. */
  readonly play?: string
  readonly apiMs?: number
  /** It holds only what is new since the reply before it. */
  readonly isDelta: boolean
  readonly inputTokens: number
  readonly outputTokens: number
  readonly ids: Uint32Array
  readonly model: string
}

export interface RowNotes {
  readonly numbers: IdNumbers
  unknownField(name: string): void
}

/**
 * One Mooncake row out of parsed JSON.
 *
 * @throws InvalidTrace when a field is missing or impossible.
 */
export function parseMooncakeRow(value: unknown, { numbers, unknownField }: RowNotes): RecordedRow {
  refuseOthers(value)
  const row = checked(MooncakeRow, value, '', unknownField)
  const inputTokens = row.input_length ?? row.input_tokens
  const outputTokens = row.output_length ?? row.output_tokens
  if (inputTokens == null) throw new InvalidTrace(`input_length: expected a number, found nothing; ${cure(value)}`)
  if (outputTokens == null)
    throw new InvalidTrace('output_length: expected a number, found nothing; add it or remove the row')
  const timestampMs = row.timestamp ?? row.created_time
  const delayMs = row.delay ?? row.delay_ms
  const waited = delayMs == null && row.tool_wait_ms == null ? undefined : (delayMs ?? 0) + (row.tool_wait_ms ?? 0)
  return {
    inputTokens,
    outputTokens,
    ids: idsOf(row, numbers),
    isDelta: row.message_mode === 'delta',
    model: row.model ?? 'unknown',
    ...(row.request_id != null && { requestId: String(row.request_id) }),
    ...(row.session_id != null && { sessionId: String(row.session_id) }),
    ...(timestampMs != null && { timestampMs }),
    ...(waited !== undefined && { delayMs: waited }),
    ...(row.wait_for != null && { waitFor: row.wait_for.map(String) }),
  }
}

/** @throws InvalidTrace naming the first that is no id. */
export function idsOf({ hash_ids }: Pick<MooncakeRow, 'hash_ids'>, numbers: IdNumbers): Uint32Array {
  try {
    return numbers.of(hash_ids ?? [])
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InvalidTrace(`hash_ids${error.message}: expected a whole number or text; correct the row or remove it`)
  }
}

/** Rows whose meaning lies in fields that are not read here would be replayed as something else. */
function refuseOthers(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const field = ['dependencies', 'not_before_ms', 'play_id'].find((name) => name in value)
  if (field === undefined) return
  throw new InvalidTrace(
    `${field}: a row of Agentic Mooncake 2 without the header of its file; join the parts of the file with the first line of it`,
  )
}

function cure(value: unknown): string {
  const text = ['text_input', 'messages', 'payload'].find((name) => typeof value === 'object' && value && name in value)
  return text === undefined ? 'add it or remove the row' : `the row has ${text}, and lengths are read, not text`
}
