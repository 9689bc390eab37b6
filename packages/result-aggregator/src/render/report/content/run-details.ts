import { printable } from '@reprise/safe-text'
import type { Metric } from '../../../result/metric.ts'
import type { Result } from '../../../result/result.ts'
import { withInterval } from '../../interval-text.ts'
import { formatCount, formatNumber, formatShare } from '../client/format-number.ts'
import type { RunDetails } from '../client/report-data.ts'
import { cacheSourcesText } from './cache-sources-text.ts'
import { engineModelText } from './engine-model-text.ts'
import { factsOf } from './provenance-facts.ts'

/** All that a page tells of one run in words, as it is shown. */
export function runDetails(result: Result): RunDetails {
  const { metrics, provenance, validity } = result
  return {
    command: printable(provenance.command, 4000),
    reasons: validity.reasons.map((text) => printable(text, 1000)),
    facts: factsOf(result),
    totals: totalsOf(result),
    metrics: Object.entries(metrics).map(([name, metric]) => metricRow(name, metric)),
  }
}

function metricRow(name: string, metric: Metric): string[] {
  const percentiles = (['p50', 'p75', 'p90', 'p95', 'p99'] as const).map((each) =>
    withInterval(formatNumber(metric[each]), metric.intervals?.[each], formatNumber),
  )
  const { unit, n, cutOff = 0, mean, max, withFailures } = metric
  const failing = withFailures?.p99 === 'unbounded' ? 'unbounded' : formatNumber(withFailures?.p99)
  return [
    name,
    unit,
    formatCount(n),
    formatNumber(metric.intervals?.effectiveN),
    String(cutOff),
    formatNumber(mean),
    ...percentiles,
    formatNumber(max),
    failing,
  ]
}

function totalsOf({
  counts,
  throughput,
  cacheHit,
  engineModel,
  jobs,
  goodput,
  power,
}: Result): (readonly [string, string])[] {
  const rate = (name: 'output' | 'freshInput' | 'input' | 'total' | 'requestsPerS') =>
    withInterval(formatNumber(throughput?.[name]), throughput?.intervals?.[name], formatNumber)
  return [
    [
      'Requests',
      `${formatCount(counts.requests)}: ${formatCount(counts.ok)} ok, ${formatCount(counts.failed)} failed, ${formatCount(counts.truncated)} truncated, ${formatCount(counts.cancelled)} cancelled`,
    ],
    [
      'Failures',
      Object.entries(counts.failures)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none',
    ],
    [
      'Plays',
      `${formatCount(counts.plays)}${counts.effectivePlays === undefined ? '' : `, effective ${formatNumber(counts.effectivePlays)}`}`,
    ],
    ...(throughput
      ? ([
          ['Output tok/s', rate('output')],
          ['Fresh input tok/s', rate('freshInput')],
          ['Input tok/s', rate('input')],
          ['Total tok/s', rate('total')],
          ['Requests/s', rate('requestsPerS')],
          ['Window', `${formatNumber(throughput.windowMs / 1_000)} s`],
        ] as const)
      : []),
    ['Hits, measured', withInterval(formatShare(cacheHit.measured), cacheHit.intervals?.measured, formatShare)],
    ['Hits, ideal', formatShare(cacheHit.ideal)],
    ...(cacheHit.sources ? ([['Prompt tokens by source', cacheSourcesText(cacheHit.sources)]] as const) : []),
    ...(engineModel ? ([['Engine model, whole run', engineModelText(engineModel)]] as const) : []),
    ...(jobs
      ? ([
          ['Jobs', `${jobs.begun} begun, ${jobs.completed} completed, ${formatNumber(jobs.perHour)} per hour`],
        ] as const)
      : []),
    ...(goodput ? ([['Objectives kept', formatShare(goodput.share)]] as const) : []),
    ...(power?.energyJ === undefined
      ? []
      : ([
          [
            'Energy',
            `${formatNumber(power.energyJ / 1000)} kJ in the window, ${formatNumber(power.meanPerDeviceW)} W for each of ${power.devices} GPUs, by ${power.meter}`,
          ],
        ] as const)),
  ]
}
