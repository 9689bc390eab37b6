import { isDeepStrictEqual } from 'node:util'
import { defaultLimits } from '../result/limits.ts'
import type { Metric } from '../result/metric.ts'
import type { Result } from '../result/result.ts'
import type { Gate } from '../result/validation.ts'
import { renderShare } from './wording.ts'

/** Instants go through sums on their way. */
const slack = 1e-6

/**
 * What a result has to be before anybody asks for its verdict. Limits are those of this version, whatever stands in it.
 *
 * Source: InferenceX, utils/agentic/validation/validate_agentic_result.py (completed requests above 0, errors / completed of at most 0.10 with equality passing,
 * finite values of at least 0).
 */
export function resultGates(result: Result): Gate[] {
  return [
    requestCount(result),
    completedRequests(result),
    errorRate(result),
    finiteValues(result),
    orderOfValues(result),
    limits(result),
  ]
}

function requestCount({ counts }: Result): Gate {
  const { requests, ok, failed, truncated, cancelled } = counts
  const sum = ok + failed + truncated + cancelled
  return sum === requests
    ? { name: 'request_count', outcome: 'pass', says: `${requests} requests, each with an outcome` }
    : { name: 'request_count', outcome: 'fail', says: `${requests} requests, and ${sum} outcomes` }
}

function completedRequests({ counts: { ok, failed } }: Result): Gate {
  const says = `${ok + failed} requests were answered or failed`
  return { name: 'completed_requests', outcome: ok + failed > 0 ? 'pass' : 'fail', says }
}

function errorRate({ counts: { ok, failed } }: Result): Gate {
  const share = ok + failed === 0 ? 0 : failed / (ok + failed)
  const limit = defaultLimits.failedShare
  const says = `${failed} of ${ok + failed} failed (${renderShare(share)}, limit ${renderShare(limit)})`
  return { name: 'error_rate', outcome: share <= limit ? 'pass' : 'fail', says }
}

/** A number that a double does not hold is no JSON; what is left to ask is its sign. */
function finiteValues({ metrics, throughput, cacheHit }: Result): Gate {
  const figures: [string, unknown][] = [
    ...Object.entries(metrics).flatMap(([name, metric]) => figuresOf(name, metric)),
    ...figuresOf('throughput', throughput ?? {}),
    ...figuresOf('cacheHit', cacheHit),
  ]
  const bad = figures.filter(([, value]) => typeof value === 'number' && !(value >= -slack && Number.isFinite(value)))
  return bad.length === 0
    ? { name: 'finite_values', outcome: 'pass', says: 'figures are finite and not negative' }
    : { name: 'finite_values', outcome: 'fail', says: `${bad[0]![0]} is ${bad[0]![1]}` }
}

function figuresOf(name: string, of: object): [string, unknown][] {
  return Object.entries(of).map(([key, value]) => [`${name}.${key}`, value])
}

/** Percentiles rise, those of a speed fall, and a mean lies between the ends: whoever edits one of them forgets the others. */
function orderOfValues({ metrics, counts }: Result): Gate {
  const fail = (says: string): Gate => ({ name: 'order_of_values', outcome: 'fail', says })
  for (const [name, metric] of Object.entries(metrics)) {
    const odd = oddOrder(metric)
    if (odd !== undefined) return fail(`${name}: ${odd}`)
    if (metric.unit === 'ms' && name !== 'chunk_gap' && metric.n > counts.requests)
      return fail(`${name} is of ${metric.n} requests, and there were ${counts.requests}`)
  }
  return {
    name: 'order_of_values',
    outcome: 'pass',
    says: 'percentiles stand in their order, means between their ends',
  }
}

function oddOrder({ unit, min, max, mean, p50, p75, p90, p95, p99 }: Metric): string | undefined {
  const rising = unit === 'ms' ? { min, p50, p75, p90, p95, p99, max } : { min, p99, p95, p90, p75, p50, max }
  let before: readonly [string, number] | undefined
  for (const [name, value] of Object.entries(rising)) {
    if (value === undefined) continue
    if (before && value < before[1] * (1 - slack) - slack)
      return `${name} is ${value}, and ${before[0]} is ${before[1]}`
    before = [name, value]
  }
  if (mean === undefined) return undefined
  const isBetween = mean >= (min ?? mean) * (1 - slack) - slack && mean <= (max ?? mean) * (1 + slack) + slack
  return isBetween ? undefined : `mean is ${mean}, and lies not between min and max`
}

function limits({ validity }: Result): Gate {
  return isDeepStrictEqual(validity.limits, defaultLimits)
    ? { name: 'limits', outcome: 'pass', says: 'it was judged by the limits of this version' }
    : {
        name: 'limits',
        outcome: 'fail',
        says: 'it was judged by other limits than those of this version, which are taken here',
      }
}
