import type { ReplayedRun } from '../fidelity/replayed-run.ts'
import type { Result } from '../result/result.ts'

/** A run that is held against another. */
export interface ComparedRun {
  readonly name: string
  /** Built anew from its records. */
  readonly result: Result
}

/** A run whose turns are held against those of another. */
export interface PairedRun extends ComparedRun {
  readonly replayed: ReplayedRun
}
