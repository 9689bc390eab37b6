import { blocksOf } from '../../blocks-of.ts'
import type { Corpus, Session, SubagentTimeBasis, Trace, TraceOrigin } from '../../corpus.ts'
import { roundMs } from '../../milliseconds.ts'

/**
 * A trace as WEKA JSON on one line, without a line end: a `.json` file, or a line of a `.jsonl` file.
 *
 * Subagent times are written by the corpus's basis, so that reading with this basis gives the same trace again, to the millisecond: AIPerf and Dynamo
 * refuse a duration that is no whole number, and a subagent without a type.
 */
export function renderWekaTrace(trace: Trace, corpus: Pick<Corpus, 'blockSize' | 'blockScope' | 'origin'>): string {
  const [root, ...subagents] = trace.sessions
  if (!root) throw new RangeError(`trace ${trace.id} has no session`)
  return JSON.stringify({
    id: trace.id,
    models: trace.models,
    block_size: corpus.blockSize,
    hash_id_scope: corpus.blockScope,
    tool_tokens: root.toolTokens,
    system_tokens: root.systemTokens,
    totals: {
      parent_tokens: totalsOf([root]),
      subagent_tokens: totalsOf(subagents),
      combined_tokens: totalsOf(trace.sessions),
      subagent_count: subagents.length,
    },
    requests: requestsOf(trace, 0, { basis: basisOf(trace, corpus.origin), originMs: 0 }),
  })
}

/** Traces of another origin, and agents that were told apart, are written as the largest public set is. */
function basisOf(trace: Trace, origin: TraceOrigin): Times['basis'] {
  if (origin.format === 'weka' && origin.subagentTimes !== 'none') return origin.subagentTimes
  return trace.sessions.length > 1 ? 'completion-relative' : 'none'
}

interface Times {
  readonly basis: SubagentTimeBasis | 'none'
  /** Where the times of the session at hand count from. */
  readonly originMs: number
}

function requestsOf(trace: Trace, index: number, times: Times): unknown[] {
  const session = trace.sessions[index]!
  const launchedAfter = (turn: number | undefined) =>
    trace.sessions.flatMap((child, position) =>
      child.parent === index && child.launch?.afterTurn === turn ? [subagentOf(trace, position, times)] : [],
    )
  const turns = session.turns.flatMap((_, turn) => [requestOf(session, turn, times), ...launchedAfter(turn)])
  return [...launchedAfter(undefined), ...turns]
}

function subagentOf(trace: Trace, index: number, times: Times): unknown {
  const session = trace.sessions[index]!
  const { startMs, endMs } = session.launch!
  const tokens = totalsOf([session])
  const atMs = times.basis === 'completion-relative' ? (endMs ?? startMs) : startMs
  return {
    t: secondsSince(times.originMs, atMs),
    type: 'subagent',
    agent_id: session.id,
    subagent_type: session.agentType ?? '',
    duration_ms: endMs === undefined ? null : Math.round(endMs - startMs),
    total_tokens: tokens.input + tokens.output,
    status: endMs === undefined ? 'async_launched' : 'completed',
    models: [...new Set(session.turns.map((turn) => turn.model))].sort(),
    tool_tokens: session.toolTokens,
    system_tokens: session.systemTokens,
    requests: requestsOf(trace, index, { ...times, originMs: times.basis === 'start-absolute' ? 0 : startMs }),
  }
}

function requestOf(session: Session, index: number, times: Times): unknown {
  const turn = session.turns[index]!
  return {
    t: secondsSince(times.originMs, turn.startMs),
    type: turn.ttftMs === undefined && turn.apiMs !== undefined ? 'n' : 's',
    model: turn.model,
    in: turn.inputTokens,
    out: turn.outputTokens,
    hash_ids: Array.from(blocksOf(session, index)),
    input_types: turn.inputKinds,
    output_types: turn.outputKinds,
    stop: turn.stopReason ?? '',
    ...(turn.apiMs !== undefined && { api_time: turn.apiMs / 1000 }),
    ...(turn.thinkMs !== undefined && { think_time: turn.thinkMs / 1000 }),
    ...(turn.ttftMs !== undefined && { ttft: turn.ttftMs / 1000 }),
  }
}

function secondsSince(originMs: number, ms: number): number {
  return roundMs(ms - originMs) / 1000
}

function totalsOf(sessions: readonly Session[]): { input: number; output: number } {
  const turns = sessions.flatMap((session) => session.turns)
  return {
    input: turns.reduce((sum, turn) => sum + turn.inputTokens, 0),
    output: turns.reduce((sum, turn) => sum + turn.outputTokens, 0),
  }
}
