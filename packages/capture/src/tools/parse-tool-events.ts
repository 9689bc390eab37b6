import { isObject, listAt, textAt } from '@reprise/wire'

/** A call of a tool, as a harness tells it. Times are Unix milliseconds. */
export interface ToolEvent {
  readonly type: 'tool_start' | 'tool_end' | 'tool_error'
  readonly session: string
  readonly parent?: string
  readonly callId: string
  readonly name: string
  readonly atMs: number
  readonly startMs?: number
  readonly endMs?: number
}

export interface ToolEvents {
  readonly events: readonly ToolEvent[]
  /** Records that are none. */
  readonly rejected: number
}

/**
 * The calls of tools in a body: events of Dynamo's request trace, whole or as its harnesses send them, one or a list; or OTLP spans whose
 * `gen_ai.operation.name` is `execute_tool`. Of what a record holds, names and times are taken.
 *
 * Source: Dynamo's `request_trace` types (tool ingress); OpenTelemetry's conventions for generative AI; the JSON encoding of OTLP 1.
 */
export function parseToolEvents(body: unknown): ToolEvents {
  const isSpans = isObject(body) && Array.isArray(body.resourceSpans)
  const records = isSpans ? toolSpansOf(body) : Array.isArray(body) ? body : [body]
  const events = records.flatMap((record) => (isSpans ? eventOfSpan(record) : eventOf(record)) ?? [])
  return { events, rejected: records.length - events.length }
}

const types = ['tool_start', 'tool_end', 'tool_error'] as const

function eventOf(record: unknown): ToolEvent | undefined {
  if (!isObject(record) || !isObject(record.tool)) return undefined
  const { tool } = record
  const context = isObject(record.agent_context) ? record.agent_context : record
  const type = types.find((each) => each === record.event_type)
  const [session, callId, name] = [
    nameAt(context, 'session_id'),
    nameAt(tool, 'tool_call_id'),
    nameAt(tool, 'tool_class'),
  ]
  const atMs = unixMs(record.event_time_unix_ms)
  const duration = typeof tool.duration_ms === 'number' && tool.duration_ms >= 0 ? tool.duration_ms : undefined
  const ended = unixMs(tool.ended_at_unix_ms) ?? (type === 'tool_start' ? undefined : atMs)
  const started =
    unixMs(tool.started_at_unix_ms) ??
    (type === 'tool_start' ? atMs : ended !== undefined && duration !== undefined ? ended - duration : undefined)
  if (type === undefined || session === undefined || callId === undefined || name === undefined || atMs === undefined)
    return undefined
  if (started !== undefined && ended !== undefined && ended < started) return undefined
  const parent = nameAt(context, 'parent_session_id')
  return event({ type, session, callId, name, atMs, parent, startMs: started, endMs: ended })
}

function toolSpansOf(body: object): unknown[] {
  const below = (value: unknown, field: string) => (isObject(value) ? listAt(value, field) : [])
  return below(body, 'resourceSpans')
    .flatMap((resource) => below(resource, 'scopeSpans'))
    .flatMap((scope) => below(scope, 'spans'))
    .filter((span) => attributesOf(span).get('gen_ai.operation.name') === 'execute_tool')
}

function eventOfSpan(span: unknown): ToolEvent | undefined {
  if (!isObject(span)) return undefined
  const told = attributesOf(span)
  const session = named(told.get('session.id') ?? told.get('gen_ai.conversation.id'))
  const callId = named(told.get('gen_ai.tool.call.id')) ?? nameAt(span, 'spanId')
  const [startMs, endMs] = [msOfNanos(span.startTimeUnixNano), msOfNanos(span.endTimeUnixNano)]
  if (session === undefined || callId === undefined || startMs === undefined || endMs === undefined || endMs < startMs)
    return undefined
  const hasFailed = told.get('error.type') !== undefined || (isObject(span.status) && span.status.code === 2)
  const type = hasFailed ? 'tool_error' : 'tool_end'
  return event({
    type,
    session,
    callId,
    name: named(told.get('gen_ai.tool.name')) ?? 'tool',
    atMs: endMs,
    startMs,
    endMs,
    parent: undefined,
  })
}

function attributesOf(span: unknown): Map<string, unknown> {
  const pairs = isObject(span) ? listAt(span, 'attributes') : []
  return new Map(
    pairs.flatMap((pair): [string, unknown][] => {
      if (!isObject(pair) || !isObject(pair.value)) return []
      return [[String(pair.key), pair.value.stringValue ?? pair.value.intValue]]
    }),
  )
}

function event({
  parent,
  startMs,
  endMs,
  ...told
}: { [Field in keyof Required<ToolEvent>]: ToolEvent[Field] | undefined }): ToolEvent {
  return {
    ...(told as ToolEvent),
    ...(parent !== undefined && { parent }),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  }
}

function nameAt(record: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return named(textAt(record, field))
}

/** What is sent is hostile: a name can be printed and is not long. */
function named(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.replace(/[^\x21-\x7e]+/g, '_').slice(0, 200) : ''
  return text === '' ? undefined : text
}

function unixMs(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 1e14 ? Math.round(value) : undefined
}

/** Nanoseconds since 1970 have more digits than a double. */
function msOfNanos(value: unknown): number | undefined {
  return /^\d{7,20}$/.test(String(value)) ? Number(BigInt(String(value)) / 1_000_000n) : undefined
}
