import { FailureClass } from '@reprise/wire'
import { z } from 'zod'

/**
 * `window`: its time was up; `passes`: everything was played; `enough`: as much was measured as was asked for; `stopped`: it was given up, or warm-up reached its limit; `interrupted`: it was
 * told to end, and what was in flight might; `aborted`: told to end at once.
 */
export const RunEnd = z.enum(['window', 'passes', 'enough', 'stopped', 'interrupted', 'aborted'])
export type RunEnd = z.infer<typeof RunEnd>

/** Whether a run ended as it was meant to. */
export function isWholeRun(ended: RunEnd | undefined): boolean {
  return ended === 'window' || ended === 'passes' || ended === 'enough'
}

/** Why a run was given up. */
export const StopCause = z.strictObject({
  /**
   * `failed-share`: too many of its requests failed; `failed-in-a-row`: none succeeded any more; `refused`: none was ever taken;
   * `warmup-limit`: warm-up did not end in time; `warmup-failed`: the turn that brings back what a lane's root had said failed.
   */
  kind: z.enum(['failed-share', 'failed-in-a-row', 'refused', 'warmup-limit', 'warmup-failed']),
  /** The most frequent class of the failures that decided it; `too-long` where the server refused prompts as longer than its context. */
  failure: z.union([FailureClass, z.literal('too-long')]).optional(),
})
export type StopCause = z.infer<typeof StopCause>
