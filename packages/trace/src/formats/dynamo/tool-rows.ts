import type { RecordedTool } from '../../recording/build-traces.ts'
import { checked } from '../../recording/invalid-trace.ts'
import type { RecordPlace } from '../../recording/trace-format.ts'
import { DynamoEvent, DynamoTool } from './dynamo-schema.ts'
import type { LaunchEvidence } from './known-launches.ts'
import { ignored, namesOf, unwrapped } from './parse.ts'

/** How a subagent is called where a conversion writes it down as a tool: it is a session, and no tool of its own. */
export const subagentTool = 'subagent'

/** Gathers what rows of tools tell: the start of a call and its end may come in two rows, in any order. */
export class ToolRows {
  readonly #calls = new Map<string, Call>()
  readonly #evidence = new Map<string, LaunchEvidence>()
  /** Calls that nobody told of. */
  readonly #inferred = new Set<string>()

  /**
   * Takes the row in where it is one of a tool, names a session and a time; any other tells nothing of when a tool ran.
   *
   * @throws InvalidTrace when a field is impossible.
   */
  add(value: unknown, place: RecordPlace): void {
    const event = checked(DynamoEvent, unwrapped(value), '', ignored)
    if (!event.event_type.startsWith('tool_')) return
    const session = namesOf(event).session ?? event.session_id
    const tool = checked(DynamoTool, event.tool, 'tool', ignored)
    if (session == null) return
    const key = JSON.stringify([session, tool.tool_call_id])
    const call = this.#calls.get(key) ?? { session, name: 'tool' }
    this.#calls.set(key, call)
    if (event.capture?.tool === 'inferred') this.#inferred.add(key)
    if (tool.tool_class) call.name = tool.tool_class
    if (event.event_type === 'tool_error') call.failed = true
    addTimes(call, event, tool)
    const { claude } = tool
    if (claude?.child_session_id == null) return
    this.#evidence.set(key, {
      tool: tool.tool_call_id,
      session,
      child: claude.child_session_id,
      from: claude.source_request_id,
      ...(claude.consumer_request_id != null && { joinedBy: claude.consumer_request_id }),
      place,
    })
  }

  get inferred(): number {
    return this.#inferred.size
  }

  /** What calls that started a subagent tell about it. */
  evidence(): LaunchEvidence[] {
    return [...this.#evidence.values()]
  }

  /** By session, each in the order of their times. */
  all(): Map<string, RecordedTool[]> {
    const calls = [...this.#calls]
      .filter(([key, call]) => timeOf(call) !== undefined && !(call.name === subagentTool && this.#evidence.has(key)))
      .map(([, call]) => call)
    const sorted = calls.sort((a, b) => timeOf(a)! - timeOf(b)!)
    return new Map([...Map.groupBy(sorted, ({ session }) => session)].map(([name, own]) => [name, own.map(toolOf)]))
  }
}

interface Call {
  readonly session: string
  name: string
  startMs?: number
  endMs?: number
  failed?: true
}

/** What a row says outright comes before what follows from a duration, and that before the time of the row itself. */
function addTimes(
  call: Call,
  { event_type: type, event_time_unix_ms: atMs }: DynamoEvent,
  tool: ReturnType<typeof DynamoTool.parse>,
): void {
  const { started_at_unix_ms: started, ended_at_unix_ms: ended, duration_ms: duration } = tool
  const startMs = started ?? (type === 'tool_start' ? atMs : undefined)
  const endMs = ended ?? (type === 'tool_start' ? undefined : atMs)
  if (startMs != null) call.startMs = startMs
  if (endMs != null) call.endMs = endMs
  if (duration == null) return
  if (started != null && ended == null) call.endMs = started + duration
  else if (call.endMs !== undefined) call.startMs ??= call.endMs - duration
}

function timeOf({ startMs, endMs }: Call): number | undefined {
  return startMs ?? endMs
}

function toolOf({ name, startMs, endMs, failed }: Call): RecordedTool {
  return {
    name,
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs: Math.max(endMs, startMs ?? endMs) }),
    ...(failed && { failed }),
  }
}
