import { z } from 'zod'
import type { Dependency } from '../../corpus.ts'
import { checked, InvalidTrace } from '../../recording/invalid-trace.ts'
import { idsOf, type RecordedRow, type RowNotes } from './parse.ts'

/**
 * A row behind an Agentic Mooncake header. What it waits for has a trigger, a delay and a kind each; one that waits for nothing is sent
 * at `not_before_ms`.
 *
 * Source: `AgenticMooncakeRow` of Dynamo's data-gen, second version.
 */
const name = z.string().min(1).max(1000)
const milliseconds = z.number().min(0).max(1e13)
const tokens = z.int().nonnegative().max(100_000_000, 'more tokens than any context has')
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected an array').nullish()

const AgenticDependency = z.object({
  request_id: name,
  trigger: z.enum(['dispatch', 'completion']),
  delay_ms: milliseconds,
  relation: z.enum(['sequence', 'spawn', 'join', 'replay_barrier']),
})

const AgenticRow = z.object({
  request_id: name,
  play_id: name,
  session_id: name,
  model: z.string().max(1000).nullish(),
  input_length: tokens,
  output_length: tokens,
  hash_ids: list,
  not_before_ms: milliseconds.nullish(),
  recorded_api_time_ms: milliseconds.nullish(),
  dependencies: z.array(AgenticDependency).max(100_000).nullish(),
})

/** @throws InvalidTrace when a field is missing or impossible. */
export function parseAgenticRow(value: unknown, { numbersOf, unknownField }: AgenticNotes): RecordedRow {
  const row = checked(AgenticRow, value, '', unknownField)
  const needs = row.dependencies ?? []
  for (const { request_id } of needs)
    if (request_id === row.request_id)
      throw new InvalidTrace('dependencies: the request waits for itself; correct the row', row.request_id)
  return {
    requestId: row.request_id,
    sessionId: row.session_id,
    play: row.play_id,
    isDelta: false,
    inputTokens: row.input_length,
    outputTokens: row.output_length,
    ids: idsOf(row, numbersOf(row.play_id)),
    model: row.model ?? 'unknown',
    ...(row.recorded_api_time_ms != null && { apiMs: row.recorded_api_time_ms }),
    ...((needs.length === 0 || (row.not_before_ms ?? 0) > 0) && { timestampMs: row.not_before_ms ?? 0 }),
    edges: needs.map(({ request_id, trigger, delay_ms, relation }) => ({
      on: request_id,
      trigger,
      delayMs: delay_ms,
      relation: relations[relation],
    })),
  }
}

export interface AgenticNotes extends Pick<RowNotes, 'unknownField'> {
  /** Ids mean something inside a play only. */
  numbersOf(play: string): RowNotes['numbers']
}

const relations: Record<z.infer<typeof AgenticDependency>['relation'], Dependency['relation']> = {
  sequence: 'sequence',
  spawn: 'spawn',
  join: 'join',
  replay_barrier: 'join',
}
