import type { StepDuration } from '../step-time/step-work.ts'
import type { StepPlan } from './step-plan.ts'

/** When a step begins and ends that may begin at `fromMs`. */
export function spanOf(
  plan: StepPlan,
  fromMs: number,
  stepMs: StepDuration,
): { readonly beginMs: number; readonly endMs: number } {
  const beginMs = Math.max(fromMs, plan.beginsFromMs)
  return { beginMs, endMs: Math.max(beginMs + stepMs(plan), plan.endsFromMs) }
}
