import { type Deployment, modelNamed } from '@reprise/engine-sim/core'
import { medianOf, requestMsTried, waitStepsTried, withConstants } from './fit-frameworks.ts'
import { isSampled } from './half-of.ts'
import type { MeasuredRow } from './measured-rows.ts'
import { type PredictedRow, predictRows } from './predict-rows.ts'

type Framework = Deployment['framework']
/** Models whose layers have linear attention apart: their value is of such a layer, its experts included. */
type Kind = 'experts' | 'linear'

/** What launching the kernels of a layer costs the host, as a sample of the half that is fitted to says. */
export interface LaunchFit {
  readonly framework: Framework
  readonly kind: Kind
  readonly rows: number
  readonly us: number
  /** Median error of TTFT at each value that was tried. */
  readonly errors: readonly (readonly [us: number, error: number])[]
}

const tried = [0, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000]
/** Above it queues decide a first token. */
const mostConcurrent = 64

/** Of each framework and kind of layer that rows of the sample have. What a request waits for besides is fitted along: one pair for a framework, whatever the layers. */
export function fitLaunch(rows: readonly MeasuredRow[], progress: (what: string) => void): LaunchFit[] {
  const sample = rows.filter((row) => isSampled(row) && row.statistic === 'mean' && row.concurrency <= mostConcurrent)
  return [...Map.groupBy(sample, ({ deployment }) => deployment.framework)].flatMap(([framework, own]) => {
    const grids = (['experts', 'linear'] as const).flatMap((kind) => {
      const some = own.filter((row) => kindOf(row) === kind)
      if (some.length === 0) return []
      progress(`${framework}, ${kind}: ${some.length} rows`)
      return [
        { framework, kind, rows: some.length, points: tried.map((us) => ({ us, predicted: predictWith(some, us) })) },
      ]
    })
    return bestOf(grids)
  })
}

interface Grid extends Pick<LaunchFit, 'framework' | 'kind' | 'rows'> {
  readonly points: readonly { readonly us: number; readonly predicted: readonly PredictedRow[] }[]
}

function kindOf({ deployment }: MeasuredRow): Kind | undefined {
  try {
    const { attention, experts } = modelNamed(deployment.model)
    return attention.linear ? 'linear' : experts && 'experts'
  } catch {
    return undefined
  }
}

function predictWith(rows: readonly MeasuredRow[], us: number): readonly PredictedRow[] {
  const launchUs = { experts: us, linear: 0 }
  return predictRows(
    rows.map((row) => ({ ...row, deployment: { ...row.deployment, launchUs } })),
    () => {},
  ).predicted
}

/** The pair of the framework with which the best values of its kinds err least together. */
function bestOf(grids: readonly Grid[]): LaunchFit[] {
  const scale = medianOf(
    grids.flatMap(({ points }) => points[0]!.predicted.map(({ tpotMs, engineTpotMs }) => tpotMs / engineTpotMs)),
  )
  const pairs = requestMsTried.flatMap((requestMs) => waitStepsTried.map((waitSteps) => ({ requestMs, waitSteps })))
  const found = pairs.map((pair) => {
    const fits = grids.map((grid) => fitOf(grid, { scale: scale ?? 1, ...pair }))
    return { fits: fits.map(({ fit }) => fit), error: medianOf(fits.flatMap(({ least }) => least)) ?? Infinity }
  })
  return found.reduce((least, each) => (each.error < least.error ? each : least)).fits
}

function fitOf({ points, ...grid }: Grid, constants: Parameters<typeof withConstants>[1]) {
  const judged = points.map(({ us, predicted }) => {
    const errors = predicted.map((row) => Math.abs(withConstants(row, constants).ttftMs / row.ttftMs - 1))
    return { us, errors, median: medianOf(errors) ?? Infinity }
  })
  const least = judged.reduce((one, other) => (other.median < one.median ? other : one))
  const fit: LaunchFit = { ...grid, us: least.us, errors: judged.map(({ us, median }) => [us, median] as const) }
  return { least: least.errors, fit }
}
