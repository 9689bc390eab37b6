import { z } from 'zod'

/**
 * A row of Dynamo's request trace, as far as it is read; fields that later versions add are passed over.
 *
 * Source: Dynamo's `request_trace` types, schema `dynamo.request.trace.v1`, and its older form `dynamo.agent.trace.v1`.
 */
const name = z.string().min(1).max(1000)
const unixMs = z.number().min(0).max(1e14).nullish()
const durationMs = z.number().min(0).max(1e13).nullish()
const tokens = z.int().nonnegative().max(100_000_000, 'more tokens than any context has')
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected an array')

const Replay = z.object({
  trace_block_size: z.int().positive().max(1_000_000),
  input_length: tokens,
  input_sequence_hashes: list,
  completion_sequence_hashes: list.nullish(),
})

const Request = z.object({
  request_id: name,
  model: z.string().max(1000).nullish(),
  output_tokens: tokens,
  cached_tokens: tokens.nullish(),
  request_received_ms: unixMs,
  total_time_ms: durationMs,
  prefill_wait_time_ms: durationMs,
  ttft_ms: durationMs,
  replay: Replay,
  finish_reason_metadata: z.object({ finish_reason: z.string().max(1000).nullish() }).nullish(),
})

/** What names the chain of requests: the trajectory, the program before that, and now the session. */
const AgentContext = z.object({
  session_id: name.nullish(),
  parent_session_id: name.nullish(),
  trajectory_id: name.nullish(),
  parent_trajectory_id: name.nullish(),
  program_id: name.nullish(),
  parent_program_id: name.nullish(),
})

export const DynamoEvent = z.object({
  schema: z.enum(['dynamo.request.trace.v1', 'dynamo.agent.trace.v1']),
  event_type: z.enum(['request_end', 'request_payload', 'tool_start', 'tool_end', 'tool_error']),
  event_time_unix_ms: unixMs,
  agent_context: AgentContext.nullish(),
  /** A tool row as a harness sends it names its session here. */
  session_id: name.nullish(),
  request: z.unknown().optional(),
  tool: z.unknown().optional(),
  /** What our own recorder says beside Dynamo's fields: of where they come from. */
  capture: z
    .object({
      identity: z.string().optional().catch(undefined),
      tool: z.string().optional().catch(undefined),
      tokens: z.string().optional().catch(undefined),
      approximated: list.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})
export type DynamoEvent = z.infer<typeof DynamoEvent>

export const DynamoRequest = Request

export const DynamoTool = z.object({
  tool_call_id: name,
  tool_class: z.string().max(1000).nullish(),
  started_at_unix_ms: unixMs,
  ended_at_unix_ms: unixMs,
  duration_ms: durationMs,
  /** Who asked for a subagent and who used its result: what offline exporters know. */
  claude: z
    .object({
      source_request_id: name,
      consumer_request_id: name.nullish(),
      child_session_id: name.nullish(),
      execution_mode: z.enum(['blocking', 'background']),
    })
    .nullish(),
})
