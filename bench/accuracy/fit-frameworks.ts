import type { FrameworkConstants } from '@reprise/engine-sim/core'
import { quantile } from '@reprise/trace/quantile'
import type { PredictedRow } from './predict-rows.ts'

/** Latencies of a row under constants. */
export function withConstants(
  { engineTtftMs, engineTpotMs }: PredictedRow,
  { scale, requestMs, waitSteps }: FrameworkConstants,
): { readonly ttftMs: number; readonly tpotMs: number } {
  const tpotMs = scale * engineTpotMs
  return { ttftMs: requestMs + scale * engineTtftMs + waitSteps * tpotMs, tpotMs }
}

/**
 * Three constants from the rows of one framework: the factor is the median of measured over predicted TPOT, and the pair for the first token has
 * the least median error among few. Nothing is fitted to a row or to a family. Undefined without rows.
 */
export function fitFramework(rows: readonly PredictedRow[]): FrameworkConstants | undefined {
  const scale = medianOf(rows.map(({ tpotMs, engineTpotMs }) => tpotMs / engineTpotMs))
  if (scale === undefined) return undefined
  let best: { readonly error: number; readonly constants: FrameworkConstants } | undefined
  for (const requestMs of requestMsTried)
    for (const waitSteps of waitStepsTried) {
      const constants = { scale, requestMs, waitSteps }
      const error = medianOf(rows.map((row) => Math.abs(withConstants(row, constants).ttftMs / row.ttftMs - 1)))!
      if (!best || error < best.error) best = { error, constants }
    }
  return best?.constants
}

export const requestMsTried = [0, 5, 10, 15, 20, 30, 40, 60] as const
/** A result is taken a step late where steps overlap, and goes through a step or two of the server's other processes. */
export const waitStepsTried = [0, 1, 2, 3] as const

/** The median; undefined without values. */
export function medianOf(values: readonly number[]): number | undefined {
  return quantile(
    values.toSorted((one, other) => one - other),
    0.5,
  )
}
