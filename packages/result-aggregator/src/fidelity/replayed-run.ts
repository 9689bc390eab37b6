import type { PhaseSpan, Plan, RequestRecord } from '@reprise/replay-engine'
import type { RunFile } from '../result/run-header.ts'

/** A run as its folder holds it. */
export interface ReplayedRun {
  /** What it is called. */
  readonly name: string
  readonly run: RunFile
  readonly plan: Plan
  readonly phases: readonly PhaseSpan[]
  /** What a break cut short and was sent again counts once. */
  readonly records: readonly RequestRecord[]
}

/** From where the times of a plan count on the run's clock. */
export function profilingMs({ phases }: Pick<ReplayedRun, 'phases'>): number {
  return phases.find(({ phase }) => phase === 'profiling')?.startMs ?? 0
}
