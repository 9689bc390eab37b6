import type { LinearConstants } from '../core/step-time/linear-step-time.ts'
import { linearStepMs } from '../core/step-time/linear-step-time.ts'
import type { StepWork } from '../core/step-time/step-work.ts'
import { nearestRank } from '../logged-plan/nearest-rank.ts'
import { nonNegativeFit, normalEquations, solve } from './non-negative-fit.ts'
import { kindOf, type StepKind, type StepSample } from './step-sample.ts'

/** Constants of the linear form, and how well they say what was measured. */
export interface StepTimeFit {
  readonly constants: LinearConstants
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

/** The measured steps cannot tell a constant. */
export class StepFitError extends Error {
  override readonly name = 'StepFitError'
}

/** Of the steps, the worst explained: hosts pause, and caches are cold. */
const leftOutShare = 0.01
/** Who is left out and what is expected change with the constants, and soon no more. */
const rounds = 20
const fewestSteps = 50

/**
 * Non-negative constants with the least squared differences in units of what is expected, over the best explained 99 % of the steps: a step's deviation
 * grows with its length.
 *
 * @throws StepFitError naming the constant that the steps cannot tell.
 */
export function fitStepTime(samples: readonly StepSample[]): StepTimeFit {
  const sound = samples.filter(({ ms }) => ms > 0)
  if (sound.length < fewestSteps)
    throw new StepFitError(`${sound.length} steps with a duration are too few; take a log of at least ${fewestSteps}`)
  demandDetermined(sound)
  const { constants, kept } = fit(sound)
  const errors = errorsOf(constants, sound)
  return {
    constants,
    steps: sound.length,
    leftOut: sound.length - kept.length,
    r2: explained(constants, kept),
    error: spread(errors.map(Math.abs)),
    heldOut: spread(heldOutErrors(sound).map(Math.abs)),
    byKind: (['decode', 'prefill', 'both'] as const).flatMap((kind) => {
      const of = errors.filter((_, at) => kindOf(sound[at]!.work) === kind)
      return of.length === 0
        ? []
        : [{ kind, steps: of.length, bias: nearestRank(of, 0.5), ...spread(of.map(Math.abs)) }]
    }),
  }
}

const names = [
  'baseMs',
  'prefillMsPerToken',
  'prefillMsPerMillionTokenContext',
  'decodeMsPerSequence',
  'decodeMsPerThousandContext',
] as const satisfies readonly (keyof LinearConstants)[]

/** What each constant is multiplied with, in their order. */
function columnsOf(work: StepWork): number[] {
  const { prefillTokens, prefillContextTokens, decodes, decodeContextTokens } = work
  return [1, prefillTokens, prefillContextTokens / 1e6, decodes, decodeContextTokens / 1e3]
}

function fit(samples: readonly StepSample[]): { constants: LinearConstants; kept: readonly StepSample[] } {
  let kept = samples
  let constants = solveFor(kept, ({ ms }) => ms)
  for (let round = 0; round < rounds; round += 1) {
    const before = constants
    const errors = errorsOf(before, samples).map(Math.abs)
    const worst = nearestRank(errors, 1 - leftOutShare)
    kept = samples.filter((_, at) => errors[at]! <= worst)
    // Constants that say next to nothing of a step must not make it weigh more than all the others.
    constants = solveFor(kept, ({ work, ms }) => Math.max(linearStepMs(before, work), ms / 10))
  }
  return { constants, kept }
}

/** Weighed by the squared duration that is expected: by that which was measured, short steps would count for more than long ones of the same work. */
function solveFor(samples: readonly StepSample[], expectedMs: (sample: StepSample) => number): LinearConstants {
  const expected = samples.map((sample) => Math.sqrt(expectedMs(sample)))
  const found = nonNegativeFit(
    samples.map(({ work }, at) => columnsOf(work).map((each) => each / expected[at]!)),
    samples.map(({ ms }, at) => ms / expected[at]!),
  )
  return Object.fromEntries(names.map((name, at) => [name, found[at]!])) as unknown as LinearConstants
}

/** Predicted over measured, less one. */
function errorsOf(constants: LinearConstants, samples: readonly StepSample[]): number[] {
  return samples.map(({ work, ms }) => linearStepMs(constants, work) / ms - 1)
}

function heldOutErrors(samples: readonly StepSample[]): number[] {
  const stretches = 5
  const of = (at: number) => Math.floor((at * stretches) / samples.length)
  return Array.from({ length: stretches }, (_, stretch) => {
    const { constants } = fit(samples.filter((_, at) => of(at) !== stretch))
    return errorsOf(
      constants,
      samples.filter((_, at) => of(at) === stretch),
    )
  }).flat()
}

function explained(constants: LinearConstants, samples: readonly StepSample[]): number {
  const mean = samples.reduce((sum, { ms }) => sum + ms, 0) / samples.length
  let [left, all] = [0, 0]
  for (const { work, ms } of samples) {
    left += (linearStepMs(constants, work) - ms) ** 2
    all += (ms - mean) ** 2
  }
  return all === 0 ? 1 : 1 - left / all
}

function demandDetermined(samples: readonly StepSample[]): void {
  const rows = samples.map(({ work }) => columnsOf(work))
  for (const [column, name] of names.entries())
    if (rows.every((row) => row[column] === 0))
      throw new StepFitError(`no step of the log has what ${name} counts, so it cannot be known; log a run that has`)
  for (const [column, name] of names.entries()) {
    const values = rows.map((row) => row[column]!)
    const others = rows.map((row) => row.filter((_, at) => at !== column))
    if (dependsOn(values, others))
      throw new StepFitError(
        `${name} cannot be told from the other constants: what it counts follows from what they count in every step; log a run with other lengths and more at a time`,
      )
  }
}

function dependsOn(values: readonly number[], rows: readonly (readonly number[])[]): boolean {
  const { products, targets } = normalEquations(rows, values)
  const found = solve(products, targets)
  if (!found) return false
  let [left, all] = [0, 0]
  for (const [at, row] of rows.entries()) {
    const told = row.reduce((sum, each, i) => sum + each * found[i]!, 0)
    left += (values[at]! - told) ** 2
    all += values[at]! ** 2
  }
  return left <= 1e-9 * all
}

function spread(values: readonly number[]): RelativeError {
  return { median: nearestRank(values, 0.5), p90: nearestRank(values, 0.9) }
}
