import type { AnsweredCall, Identity } from '../identity/session-tree.ts'
import type { ToolEvent } from '../tools/parse-tool-events.ts'
import { word } from './end-row.ts'

/**
 * A call of a tool as nobody told it, as a row of Dynamo's request trace: from the end of the reply that called until the request that holds its result.
 * Where it started a session, it says who asked for that and who used what it found, as Dynamo's exporters do (`tool.claude`).
 */
export function renderInferredTool(
  { id, name, by, calledMs, child }: AnsweredCall,
  {
    identity,
    consumer,
    originUnixMs,
    isTold,
  }: { identity: Identity; consumer: { id: string; receivedMs: number }; originUnixMs: number; isTold: boolean },
): string {
  const startMs = Math.round(originUnixMs + calledMs)
  const endMs = Math.max(startMs, Math.round(originUnixMs + consumer.receivedMs))
  const { session, parent } = identity
  return JSON.stringify({
    schema: 'dynamo.request.trace.v1',
    event_type: 'tool_end',
    event_time_unix_ms: endMs,
    event_source: 'harness',
    agent_context: { session_id: session, ...(parent !== undefined && { parent_session_id: parent }) },
    capture: { by: 'reprise', tool: 'inferred' },
    tool: {
      // What a harness has told of a call stands: the session that it started is told by a row of its own.
      ...(isTold
        ? { tool_call_id: `${child}/launch`, tool_class: 'subagent' }
        : { tool_call_id: word(id, 200), tool_class: word(name, 200) }),
      started_at_unix_ms: startMs,
      ended_at_unix_ms: endMs,
      duration_ms: endMs - startMs,
      ...(child !== undefined && {
        claude: {
          source_request_id: by,
          consumer_request_id: consumer.id,
          child_session_id: child,
          execution_mode: 'blocking',
        },
      }),
    },
  })
}

/** A call of a tool as its harness told it, as a row of Dynamo's request trace. */
export function renderToldTool({ type, session, parent, callId, name, atMs, startMs, endMs }: ToolEvent): string {
  return JSON.stringify({
    schema: 'dynamo.request.trace.v1',
    event_type: type,
    event_time_unix_ms: Math.round(atMs),
    event_source: 'harness',
    agent_context: { session_id: session, ...(parent !== undefined && { parent_session_id: parent }) },
    tool: {
      ...{ tool_call_id: callId, tool_class: name },
      ...(startMs !== undefined && { started_at_unix_ms: Math.round(startMs) }),
      ...(endMs !== undefined && { ended_at_unix_ms: Math.round(endMs) }),
      ...(startMs !== undefined && endMs !== undefined && { duration_ms: endMs - startMs }),
    },
  })
}
