import type { PhaseSpan, PlannedTree, RequestRecord } from '@reprise/replay-engine'
import { plausibleUsage } from '../../../measure/plausible-usage.ts'
import type { Result } from '../../../result/result.ts'
import type { TimelineLevel } from '../../../timeline/timeline-source.ts'

/** A run as the report takes it in. */
export interface ReportRun {
  /** The folder's name, for telling apart runs that are otherwise alike. */
  readonly name: string
  /** The way to that folder, part by part; absent where runs are not told apart by it. */
  readonly way?: readonly string[]
  readonly result: Result
  readonly phases: readonly PhaseSpan[]
  readonly requests: readonly ReportRequest[]
  /** What the server told of its queue and its memory over the run, and meters of power; absent where nothing was sampled. */
  readonly levels?: readonly TimelineLevel[]
  /** From `plan.json`; absent where it cannot be read. Runs of one plan may share the list. */
  readonly plannedTrees?: readonly PlannedTree[]
}

/** A record without what the report does not draw. */
export type ReportRequest = Omit<RequestRecord, 'chunkGapsMs'>

export function reportRequest(record: RequestRecord): ReportRequest {
  const { chunkGapsMs: _, ...request } = plausibleUsage(record)
  return request
}
