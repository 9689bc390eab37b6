import { basisText } from '../client/basis-text.ts'
import type { LabelledRun } from '../content/group-runs.ts'

/** What a chart of several runs rests on, in a line. */
export function chartBasis(runs: readonly LabelledRun[], estimator: string): string {
  const bases = runs.map(({ run: { result, requests } }) => ({
    measured: result.counts.ok,
    sent: requests.length,
    ...(result.throughput && { windowMs: result.throughput.windowMs }),
  }))
  return `Of each run: ${basisText(bases, { estimator })}.`
}
