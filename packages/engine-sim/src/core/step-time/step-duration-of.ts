import { placedOf } from '../roofline/deployment.ts'
import { rooflineDuration } from '../roofline/roofline-duration.ts'
import { linearStepMs } from './linear-step-time.ts'
import { polynomialStepMs } from './polynomial-step-time.ts'
import type { StepTime } from './step-time.ts'
import type { StepDuration } from './step-work.ts'
import { tableStepMs } from './table-step-time.ts'

/**
 * How long the steps of an engine with a cache of so many tokens take; the one place that knows which forms there are. `draftPasses`: of the
 * draft head, in each step. The polynomial knows no sequences and a table is of steps as they were measured, so that drafts cost neither anything.
 */
export function stepDurationOf(stepTime: StepTime, cacheTokens: number, draftPasses = 0): StepDuration {
  switch (stepTime.kind) {
    case 'polynomial':
      return (work) => polynomialStepMs(stepTime, cacheTokens, work)
    case 'roofline': {
      const kernelsMs = rooflineDuration(placedOf(stepTime), draftPasses)
      const scale = stepTime.scale ?? 1
      return (work) => scale * kernelsMs(work)
    }
    case 'table':
      return (work) => tableStepMs(stepTime, work)
    default:
      return (work) => linearStepMs(stepTime, work, draftPasses)
  }
}
