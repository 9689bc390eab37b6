import type { LinearConstants } from '../core/step-time/linear-step-time.ts'
import { linearStepMs } from '../core/step-time/linear-step-time.ts'
import type { MeasuredRequest } from '../logged-plan/measured-requests.ts'
import { nearestRank } from '../logged-plan/nearest-rank.ts'
import { demandDetermined, demandTold, StepFitError } from './demand-determined.ts'
import type { RelativeError } from './fit-step-time.ts'
import { constantsOf, linearNames } from './linear-columns.ts'
import { nonNegativeFit } from './non-negative-fit.ts'
import type { RecordLimits } from './step-limits-of.ts'
import { type RequestSteps, type StepLimits, stepsOfRecords } from './steps-of-records.ts'

/** Constants of the linear form and of the way in, from what clients saw alone, and how well they say it. */
export interface RecordsFit {
  readonly constants: LinearConstants
  /** From the send to the engine and from the engine to the client together: records cannot part them. */
  readonly wayMs: number
  readonly requests: number
  /** Times that did not count, the worst explained. */
  readonly leftOut: number
  readonly ttft: RelativeError & { readonly bias: number }
  readonly tpot: RelativeError & { readonly bias: number }
  /** Of times that were not in the fit: every fifth in turn, told from the others. */
  readonly heldOut: RelativeError
}

/** A measured time: columns of the constants, then that of the way. */
interface Time {
  readonly columns: readonly number[]
  readonly ms: number
  readonly isFirst: boolean
}

const fewestRequests = 30
const rounds = 40
const leftOutShare = 0.01
const parts = 5

/**
 * Non-negative constants with which the steps that an engine would have made of the requests last as long as its clients waited: until first tokens, and from those to the last. Which
 * steps those are follows from the constants, so both are found in turns until they stand.
 *
 * @throws StepFitError naming the constant that the requests cannot tell, or the request that no such scheduler served.
 */
export function fitRecords(requests: readonly MeasuredRequest[], limits: RecordLimits): RecordsFit {
  const sound = requests.filter(
    ({ outputTokens, sentMs, firstMs, lastMs }) => outputTokens > 0 && firstMs > sentMs && lastMs >= firstMs,
  )
  demandServed(sound, limits)
  let values = guess(sound)
  let times = timesOf(stepsWith(sound, limits, values))
  demandDetermined(
    times.map(({ columns }) => columns),
    [...linearNames, 'wayMs'],
    'request',
  )
  for (let round = 0; round < rounds; round += 1) {
    const found = solveFor(kept(times, values), values)
    // Half the way: constants that change much change who shares a step.
    values = values.map((value, at) => (value + found[at]!) / 2)
    times = timesOf(stepsWith(sound, limits, values))
  }
  const counted = kept(times, values)
  const errors = times.map((time) => ({ isFirst: time.isFirst, error: expectedMs(time, values) / time.ms - 1 }))
  const of = (isFirst: boolean) => errors.flatMap((each) => (each.isFirst === isFirst ? each.error : []))
  demandTold(spread(errors.map(({ error }) => error)).median, times)
  const last = values.length - 1
  return {
    constants: constantsOf(values, linearNames),
    wayMs: values[last]!,
    requests: sound.length,
    leftOut: times.length - counted.length,
    ttft: { bias: nearestRank(of(true), 0.5), ...spread(of(true)) },
    tpot: { bias: nearestRank(of(false), 0.5), ...spread(of(false)) },
    heldOut: spread(heldOutErrors(times, values)),
  }
}

/** That there are enough requests, and that such a scheduler may have served them. @throws StepFitError */
function demandServed(requests: readonly MeasuredRequest[], { contextTokens, cachesPrefixes }: RecordLimits): void {
  if (requests.length < fewestRequests)
    throw new StepFitError(`${requests.length} answered requests are too few; take a run of at least ${fewestRequests}`)
  for (const { id, promptTokens, outputTokens } of requests)
    if (promptTokens + outputTokens > contextTokens)
      throw new StepFitError(
        `${id} has ${promptTokens} tokens and ${outputTokens} of output, and the scheduler that is to have served it takes ${contextTokens} in all; describe the one that did`,
      )
  // Servers leave out what they found where they were not asked to tell it, and all of it would count as computed.
  if (cachesPrefixes && requests.every(({ cachedTokens = 0 }) => cachedTokens === 0))
    throw new StepFitError(
      'no request found anything in the cache that the scheduler has; start the server so that it tells (vLLM: --enable-prompt-tokens-details, SGLang: --enable-cache-report), or describe a scheduler with enablePrefixCaching false',
    )
}

function stepsWith(
  requests: readonly MeasuredRequest[],
  limits: StepLimits,
  values: readonly number[],
): RequestSteps[] {
  const constants = constantsOf(values, linearNames)
  return stepsOfRecords(requests, limits, {
    stepMs: (work) => Math.max(leastStepMs, linearStepMs(constants, work)),
    wayMs: values.at(-1)!,
  })
}

/** Steps of no length would never end. */
const leastStepMs = 1e-3

/** The quickest tenth of the replies for a step, and of the prompts for a token. */
function guess(requests: readonly MeasuredRequest[]): number[] {
  const perToken = requests.flatMap(({ firstMs, lastMs, outputTokens }) =>
    outputTokens > 1 ? [(lastMs - firstMs) / (outputTokens - 1)] : [],
  )
  const baseMs = perToken.length > 0 ? nearestRank(perToken, 0.1) : 1
  const perPromptToken = requests.map(
    ({ sentMs, firstMs, promptTokens, cachedTokens = 0 }) =>
      (firstMs - sentMs) / Math.max(1, promptTokens - cachedTokens),
  )
  return [baseMs, nearestRank(perPromptToken, 0.1) / 2, 0, 0, 0, 0]
}

function timesOf(steps: readonly RequestSteps[]): Time[] {
  return steps.flatMap(({ request: { sentMs, firstMs, lastMs, outputTokens }, toFirst, toLast }) => [
    { columns: [...toFirst, 1], ms: firstMs - sentMs, isFirst: true },
    ...(outputTokens > 1 && lastMs > firstMs
      ? [{ columns: [...toLast, 0], ms: lastMs - firstMs, isFirst: false }]
      : []),
  ])
}

function expectedMs({ columns }: Time, values: readonly number[]): number {
  return columns.reduce((sum, each, at) => sum + each * values[at]!, 0)
}

/** Without the worst explained: clients and hosts pause. */
function kept(times: readonly Time[], values: readonly number[]): readonly Time[] {
  const errors = times.map((time) => Math.abs(expectedMs(time, values) - time.ms) / weightOf(time, values))
  const worst = nearestRank(errors, 1 - leftOutShare)
  return times.filter((_, at) => errors[at]! <= worst)
}

/** In units of the root of what is expected, as steps are weighed. */
function weightOf(time: Time, values: readonly number[]): number {
  return Math.sqrt(Math.max(expectedMs(time, values), time.ms / 10))
}

function solveFor(times: readonly Time[], values: readonly number[]): number[] {
  const weights = times.map((time) => weightOf(time, values))
  return nonNegativeFit(
    times.map(({ columns }, at) => columns.map((each) => each / weights[at]!)),
    times.map(({ ms }, at) => ms / weights[at]!),
  )
}

function heldOutErrors(times: readonly Time[], values: readonly number[]): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const found = solveFor(
      kept(
        times.filter((_, at) => at % parts !== part),
        values,
      ),
      values,
    )
    return times.flatMap((time, at) => (at % parts === part ? expectedMs(time, found) / time.ms - 1 : []))
  }).flat()
}

function spread(errors: readonly number[]): RelativeError {
  const sizes = errors.map(Math.abs)
  return { median: nearestRank(sizes, 0.5), p90: nearestRank(sizes, 0.9) }
}
