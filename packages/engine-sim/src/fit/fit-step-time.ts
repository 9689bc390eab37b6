import type { FittedConstants } from '../core/step-time/linear-step-time.ts'
import { nearestRank } from '../logged-plan/nearest-rank.ts'
import { demandDetermined, demandTold, StepFitError, tellsBeside } from './demand-determined.ts'
import { columnsOf, constantsOf, type LinearName, linearNames, promptNames } from './linear-columns.ts'
import { nonNegativeFit } from './non-negative-fit.ts'
import { kindOf, type StepKind, type StepSample } from './step-sample.ts'

/** Constants of the linear form, and how well they say what was measured. */
export interface StepTimeFit {
  readonly constants: FittedConstants
  readonly steps: number
  /** The worst explained, which did not count: pauses of the host and the like. */
  readonly leftOut: number
  /** Share of the variance of the steps that counted which the constants explain. */
  readonly r2: number
  readonly error: RelativeError
  /** Of steps that were not in the fit: five stretches of the log in turn, each told from the other four. */
  readonly heldOut: RelativeError
  readonly byKind: readonly ({
    readonly kind: StepKind
    readonly steps: number
    readonly bias: number
  } & RelativeError)[]
}

/** |predicted - measured| / measured over all steps, those left out of the fit included. */
export interface RelativeError {
  readonly median: number
  readonly p90: number
}

/** Of the steps, the worst explained: hosts pause, and caches are cold. */
const leftOutShare = 0.01
/** Who is left out and what is expected change with the constants, and soon no more. */
const rounds = 20
const fewestSteps = 50

/**
 * Non-negative constants with the least squared differences in units of what is expected, over the best explained 99 % of the steps: a step's deviation
 * grows with its length. What a prompt costs beside its tokens is among them where the steps can tell it.
 *
 * @throws StepFitError naming the constant that the steps cannot tell.
 */
export function fitStepTime(samples: readonly StepSample[]): StepTimeFit {
  const sound = samples.filter(({ ms }) => ms > 0)
  if (sound.length < fewestSteps)
    throw new StepFitError(`${sound.length} steps with a duration are too few; take a log of at least ${fewestSteps}`)
  const names = namesToldBy(sound)
  const rows = sound.map(({ work, ms }): Row => ({ columns: columnsOf(work, names), ms }))
  const { values, kept } = fit(rows)
  const errors = errorsOf(values, rows)
  const error = spread(errors.map(Math.abs))
  demandTold(error.median, rows)
  return {
    constants: constantsOf(values, names),
    steps: rows.length,
    leftOut: rows.length - kept.length,
    r2: explained(values, kept),
    error,
    heldOut: spread(heldOutErrors(rows).map(Math.abs)),
    byKind: (['decode', 'prefill', 'both'] as const).flatMap((kind) => {
      const of = errors.filter((_, at) => kindOf(sound[at]!.work) === kind)
      return of.length === 0
        ? []
        : [{ kind, steps: of.length, bias: nearestRank(of, 0.5), ...spread(of.map(Math.abs)) }]
    }),
  }
}

/** A step: what each constant is multiplied with, and what it took. */
interface Row {
  readonly columns: readonly number[]
  readonly ms: number
}

/** @throws StepFitError naming the one of those that every step needs which the steps cannot tell. */
function namesToldBy(samples: readonly StepSample[]): readonly LinearName[] {
  const columnsWith = (names: readonly LinearName[]) => samples.map(({ work }) => columnsOf(work, names))
  demandDetermined(columnsWith(linearNames), linearNames, 'step of the log')
  const told: LinearName[] = [...linearNames]
  for (const name of promptNames) if (tellsBeside(columnsWith([name, ...told]))) told.push(name)
  return told
}

function fit(rows: readonly Row[]): { values: readonly number[]; kept: readonly Row[] } {
  let kept = rows
  let values = solveFor(kept, ({ ms }) => ms)
  for (let round = 0; round < rounds; round += 1) {
    const before = values
    const errors = errorsOf(before, rows).map(Math.abs)
    const worst = nearestRank(errors, 1 - leftOutShare)
    kept = rows.filter((_, at) => errors[at]! <= worst)
    // Constants that say next to nothing of a step must not make it weigh more than all the others.
    values = solveFor(kept, (row) => Math.max(toldMs(before, row), row.ms / 10))
  }
  return { values, kept }
}

/** Weighed by the squared duration that is expected: by that which was measured, short steps would count for more than long ones of the same work. */
function solveFor(rows: readonly Row[], expectedMs: (row: Row) => number): readonly number[] {
  const expected = rows.map((row) => Math.sqrt(expectedMs(row)))
  return nonNegativeFit(
    rows.map(({ columns }, at) => columns.map((each) => each / expected[at]!)),
    rows.map(({ ms }, at) => ms / expected[at]!),
  )
}

function toldMs(values: readonly number[], { columns }: Row): number {
  return columns.reduce((sum, each, at) => sum + each * values[at]!, 0)
}

/** Predicted over measured, less one. */
function errorsOf(values: readonly number[], rows: readonly Row[]): number[] {
  return rows.map((row) => toldMs(values, row) / row.ms - 1)
}

function heldOutErrors(rows: readonly Row[]): number[] {
  const stretches = 5
  const of = (at: number) => Math.floor((at * stretches) / rows.length)
  return Array.from({ length: stretches }, (_, stretch) => {
    const { values } = fit(rows.filter((_, at) => of(at) !== stretch))
    return errorsOf(
      values,
      rows.filter((_, at) => of(at) === stretch),
    )
  }).flat()
}

function explained(values: readonly number[], rows: readonly Row[]): number {
  const mean = rows.reduce((sum, { ms }) => sum + ms, 0) / rows.length
  let [left, all] = [0, 0]
  for (const row of rows) {
    left += (toldMs(values, row) - row.ms) ** 2
    all += (row.ms - mean) ** 2
  }
  return all === 0 ? 1 : 1 - left / all
}

function spread(values: readonly number[]): RelativeError {
  return { median: nearestRank(values, 0.5), p90: nearestRank(values, 0.9) }
}
