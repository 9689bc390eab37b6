import { z } from 'zod'

/**
 * Lanes that are more from step to step, on one server that goes on serving. Those of a step go on in the next, with their sessions and what the
 * server keeps of them. A step settles before it is measured.
 */
export const Ramp = z.strictObject({
  /** Of each step; every one has more than the one before. */
  lanes: z.array(z.int().positive()).min(2).max(1_000),
  settleMs: z.number().nonnegative(),
  windowMs: z.number().positive(),
})
export type Ramp = z.infer<typeof Ramp>

export interface RampStep {
  readonly lanes: number
  /** When the lanes that are new begin, since profiling began. */
  readonly fromMs: number
  /** What is sent from here on is measured, to the end of the step. */
  readonly measuredFromMs: number
  readonly toMs: number
}

export function rampSteps({ lanes, settleMs, windowMs }: Ramp): RampStep[] {
  return lanes.map((each, i) => {
    const fromMs = i * (settleMs + windowMs)
    return { lanes: each, fromMs, measuredFromMs: fromMs + settleMs, toMs: fromMs + settleMs + windowMs }
  })
}

/** When a lane begins, since profiling began; 0 without a ramp. */
export function rampStartMs(ramp: Ramp | undefined, lane: number): number {
  if (!ramp) return 0
  const step = ramp.lanes.findIndex((lanes) => lane < lanes)
  return step * (ramp.settleMs + ramp.windowMs)
}

/** What a ramp says against the rest of its load, with the cure. */
export function rampProblem(
  ramp: Ramp,
  load: {
    readonly lanes: number
    readonly until: { readonly kind: string; readonly durationMs?: number }
    readonly warmup: { readonly kind: string }
  },
): string | undefined {
  if (ramp.lanes.some((lanes, i) => lanes <= (ramp.lanes[i - 1] ?? 0)))
    return `ramp ${ramp.lanes.join(', ')}: each step must have more lanes than the one before`
  if (ramp.lanes.at(-1) !== load.lanes) return `ramp: its last step must have all ${load.lanes} lanes`
  if (load.warmup.kind === 'plays')
    return 'ramp: a warm-up of whole plays would be over long before the later lanes begin; give another preset'
  if (load.until.kind !== 'window' || load.until.durationMs !== rampSteps(ramp).at(-1)!.toMs)
    return 'ramp: the window must hold all steps; give --duration, which is that of one step, and no passes'
  return undefined
}
