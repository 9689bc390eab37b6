import type { LinearConstants } from '../core/step-time/linear-step-time.ts'
import { linearStepMs } from '../core/step-time/linear-step-time.ts'
import { nearestRank } from '../logged-plan/nearest-rank.ts'
import { demandDetermined, StepFitError } from './demand-determined.ts'
import { columnsOf, constantsOf, linearNames } from './linear-columns.ts'
import { nonNegativeFit } from './non-negative-fit.ts'
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
  demandDetermined(
    sound.map(({ work }) => columnsOf(work)),
    linearNames,
    'step of the log',
  )
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
  return constantsOf(found)
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

function spread(values: readonly number[]): RelativeError {
  return { median: nearestRank(values, 0.5), p90: nearestRank(values, 0.9) }
}
