import { parseAddress, type RequestRecord } from '@reprise/replay-engine'
import { dispatchedMs } from '../run/dispatched.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { epochOf, nanosecondsAt } from './epoch.ts'
import { profileErrorOf } from './profile-error.ts'
import { type ProfileTag, profileMetrics, profileUnits } from './profile-metrics.ts'

/**
 * A run as AIPerf's `profile_export.jsonl`: a line for each request that was tried, in the order in which they ended. One that nobody tried
 * is not in it, since AIPerf knows none.
 *
 * Source: AIPerf 0.13.0, MetricRecordInfo.
 */
export async function* profileLines(run: ExportedRun): AsyncGenerator<string> {
  const epochNs = epochOf(run.result)
  const sessions = new Map<string, number>()
  for await (const record of run.records()) {
    const sentMs = dispatchedMs(record)
    if (sentMs !== undefined) yield `${profileLine(record, { run, sessions, epochNs, sentMs })}\n`
  }
}

interface Place {
  readonly run: Pick<ExportedRun, 'shapes'>
  /** By session of a play: its number, in the order in which they are met. */
  readonly sessions: Map<string, number>
  readonly epochNs: bigint
  readonly sentMs: number
}

function profileLine(record: RequestRecord, { run, sessions, epochNs, sentMs }: Place): string {
  const { id, attempt, lane, play, trace, session, turn, phase, outcome, headersMs, doneMs, dueMs } = record
  const { sessionIndex } = parseAddress(id)
  const [root, own] = [`${lane}.${play}`, `${lane}.${play}.${sessionIndex}`]
  const number = sessions.get(own) ?? sessions.size
  sessions.set(own, number)
  const shape = run.shapes.get(trace)
  const parent = shape?.parents[sessionIndex]
  const isCancelled = outcome.kind === 'cancelled'
  const metadata = {
    session_num: number,
    x_request_id: attempt === 1 ? id : `${id}#${attempt}`,
    x_correlation_id: own,
    root_correlation_id: `${root}.0`,
    ...(parent !== undefined && { parent_correlation_id: `${root}.${parent}` }),
    conversation_id: sessionIndex === 0 ? trace : `${trace}::sa:${session}`,
    turn_index: turn,
    worker_id: `lane-${lane}`,
    record_processor_id: 'reprise',
    benchmark_phase: phase,
    agent_depth: shape?.depths[sessionIndex] ?? Math.sign(sessionIndex),
    was_cancelled: isCancelled,
  }
  const instants = {
    credit_issued_ns: dueMs,
    request_start_ns: sentMs,
    request_ack_ns: headersMs,
    request_end_ns: doneMs,
    cancellation_time_ns: isCancelled ? doneMs : undefined,
  }
  return JSON.stringify({ metadata, metrics: metricsOf(record), error: profileErrorOf(record) }).replace(
    /^\{"metadata":\{/,
    `{"metadata":{${Object.entries(instants)
      .map(([name, ms]) => `"${name}":${ms === undefined ? 'null' : nanosecondsAt(epochNs, ms)},`)
      .join('')}`,
  )
}

function metricsOf(record: RequestRecord) {
  if (record.outcome.kind !== 'ok') return { error_isl: { value: record.plannedInputTokens, unit: 'tokens' } }
  const metrics = Object.entries(profileMetrics(record)).map(([tag, value]) => [
    tag,
    { value, unit: profileUnits[tag as ProfileTag] },
  ])
  const { chunkGapsMs } = record
  return {
    ...Object.fromEntries(metrics),
    ...(chunkGapsMs && chunkGapsMs.length > 0 && { inter_chunk_latency: { value: chunkGapsMs, unit: 'ms' } }),
  }
}
