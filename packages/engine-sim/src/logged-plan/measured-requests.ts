import { z } from 'zod'
import { parseObject } from '../check/parse-step-log.ts'
import { quoted, StepLogError } from '../check/step-log-error.ts'
import type { PlayedRequest } from './run-closed-loop.ts'

/** What was measured of one request of a logged run, in milliseconds since its start. */
export interface MeasuredRequest extends Omit<PlayedRequest, 'cachedTokens'> {
  /** When its client should have sent it, where that is told. */
  readonly dueMs?: number
  /** Absent where the server did not tell, which of nothing found many do not. */
  readonly cachedTokens?: number
  /** Chunks with tokens that the reply came in, where that is told. */
  readonly chunks?: number
  /** Longest silence between two of those, where that is told. */
  readonly longestGapMs?: number
}

const whole = z.int().nonnegative()
const of = { req: z.string(), in: whole.min(1), out: whole, cached: whole }
/** Of a client, in seconds. */
const InSeconds = z.object({
  ...{ ...of, due: z.number().optional(), sent: z.number(), first: z.number(), last: z.number() },
  ...{ chunks: whole.optional(), gaps_max: z.number().nonnegative().optional() },
})
/** A record of a replay, in milliseconds. */
const InMilliseconds = z.object({
  id: z.string(),
  dueMs: z.number(),
  sentMs: z.number(),
  firstTokenMs: z.number(),
  lastTokenMs: z.number(),
  inputTokens: whole.min(1),
  outputTokens: whole,
  cachedTokens: whole.optional(),
  chunks: whole.optional(),
  chunkGapsMs: z.array(z.number()).optional(),
})
/** Of SGLang's virtual clock, in microseconds. */
const InMicroseconds = z.object({ ...of, due: z.number(), first: z.number(), end: z.number() })

/**
 * The records of a run: of a replay (milliseconds; lines of `records.jsonl`), or of a logged run as its client wrote them (seconds) or its virtual clock (microseconds). Requests
 * that failed are left out, and so is a first line that tells the origin.
 *
 * @throws StepLogError naming the line that is none, that tells of a request once more, or of more that was found than was asked for.
 */
export function parseMeasuredRequests(lines: Iterable<string>, file: string): MeasuredRequest[] {
  const requests: MeasuredRequest[] = []
  const places = new Map<string, number>()
  let line = 0
  for (const text of lines) {
    line += 1
    if (text.trim() === '') continue
    const value = parseObject(text, `${file}:${line}`)
    const request = isReplayed(value) ? ofReplay(value, `${file}:${line}`) : ofLoggedRun(value, `${file}:${line}`)
    if (!request) continue
    check(request, `${file}:${line}`, places.get(request.id))
    places.set(request.id, line)
    requests.push(request)
  }
  if (requests.length === 0) throw new StepLogError(`${file}: no record of a request that was answered`)
  return requests
}

function check(
  { id, promptTokens, cachedTokens = 0 }: MeasuredRequest,
  place: string,
  before: number | undefined,
): void {
  if (before !== undefined)
    throw new StepLogError(
      `${place}: ${quoted(id)} was answered in line ${before} already; name the records of one run`,
    )
  if (cachedTokens > promptTokens)
    throw new StepLogError(
      `${place}: ${quoted(id)} found ${cachedTokens} tokens of ${promptTokens}; records tell no more than a prompt has`,
    )
}

function isReplayed(value: object): value is { readonly outcome: unknown } {
  return 'outcome' in value && 'phase' in value
}

/** Undefined for a request that failed or was cut short. */
function ofReplay(value: { readonly outcome: unknown }, place: string): MeasuredRequest | undefined {
  if (!z.object({ kind: z.literal('ok') }).safeParse(value.outcome).success) return undefined
  const parsed = InMilliseconds.safeParse(value)
  if (parsed.success) {
    const { id, dueMs, sentMs, firstTokenMs, lastTokenMs, inputTokens, outputTokens, ...told } = parsed.data
    const { cachedTokens, chunks, chunkGapsMs = [] } = told
    return {
      ...{ id, dueMs, sentMs, firstMs: firstTokenMs, lastMs: lastTokenMs, promptTokens: inputTokens, outputTokens },
      ...(cachedTokens !== undefined && { cachedTokens }),
      ...(chunks !== undefined && { chunks }),
      ...(chunkGapsMs.length > 0 && { longestGapMs: Math.max(...chunkGapsMs) }),
    }
  }
  const { path, message } = parsed.error.issues[0]!
  throw new StepLogError(
    `${place}: ${quoted(path.join('.'))}: ${message}; a record of a replay is wanted with its instants and with the token counts that the server told`,
  )
}

/** Undefined for a request that was not answered, and for a first line that tells the origin. */
function ofLoggedRun(value: object, place: string): MeasuredRequest | undefined {
  if (!('req' in value)) return undefined
  const { first, status = 200 } = value as { readonly first?: unknown; readonly status?: unknown }
  if (first === null || first === undefined || status !== 200) return undefined
  return requestOf(value, place)
}

function requestOf(value: object, place: string): MeasuredRequest {
  const seconds = InSeconds.safeParse(value)
  if (seconds.success) {
    const { req, due, sent, first, last, chunks, gaps_max, ...rest } = seconds.data
    return {
      ...{ id: req, ...lengthsOf(rest), sentMs: 1e3 * sent, firstMs: 1e3 * first, lastMs: 1e3 * last },
      ...(due !== undefined && { dueMs: 1e3 * due }),
      ...(chunks !== undefined && { chunks }),
      ...(gaps_max !== undefined && { longestGapMs: 1e3 * gaps_max }),
    }
  }
  const microseconds = InMicroseconds.safeParse(value)
  if (microseconds.success) {
    const { req, due, first, end, ...rest } = microseconds.data
    return { id: req, ...lengthsOf(rest), sentMs: due / 1e3, firstMs: first / 1e3, lastMs: end / 1e3 }
  }
  const { path, message } = seconds.error.issues[0]!
  throw new StepLogError(
    `${place}: ${quoted(path.join('.'))}: ${message}; a record has req, in, out, cached and its instants (sent, first, last in seconds, or due, first, end in microseconds)`,
  )
}

function lengthsOf(record: { in: number; out: number; cached: number }) {
  return { promptTokens: record.in, outputTokens: record.out, cachedTokens: record.cached }
}
