import type { PhaseSpan, Plan, RequestRecord } from '@reprise/replay-engine'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import { RunMeasure, type RunOutcome } from './run-measure.ts'

/** A run as values: what was planned, what happened, and how the client fared. */
export interface RunRecords extends RunOutcome {
  readonly header: RunHeader
  /** In any order; read once. */
  readonly records: Iterable<RequestRecord>
  readonly phases: readonly PhaseSpan[]
  /** Without it nothing is told of whole jobs. */
  readonly plan?: Plan
}

/** Every number of a run, and whether to trust them. A run without one good request has a result too: an invalid one. */
export function buildResult({ header, phases, records, plan, ...outcome }: RunRecords): Result {
  const measure = new RunMeasure({ header, phases, plan })
  for (const record of records) measure.add(record)
  return measure.result(outcome)
}
