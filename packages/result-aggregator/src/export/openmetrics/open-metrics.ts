import type { Metric } from '../../result/metric.ts'
import type { Result } from '../../result/result.ts'
import { type Family, renderFamilies, type Sample } from './render-families.ts'

/**
 * The figures of a run as OpenMetrics text, in base units: seconds, and shares from 0 to 1. What was not measured has no sample.
 *
 * Source: OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 */
export function openMetrics(result: Result, run: string): string {
  const { counts, throughput, cacheHit, goodput, jobs, validity } = result
  const families: Family[] = [
    {
      name: 'reprise_run',
      type: 'info',
      help: 'What was measured, and whether to trust it.',
      samples: [infoOf(result)],
    },
    ...Object.entries(result.metrics).flatMap(([name, metric]) => metricFamilies(name, metric)),
    {
      name: 'reprise_requests',
      type: 'counter',
      help: 'Requests by phase and outcome.',
      samples: [
        ...outcomes('profiling', counts),
        ...outcomes('warmup', counts.warmup),
        ...(counts.drain ? outcomes('drain', counts.drain) : []),
      ],
    },
    {
      name: 'reprise_failures',
      type: 'counter',
      help: 'Failed requests of the profiling phase by class.',
      samples: Object.entries(counts.failures).map(([failure, value]) => ({
        suffix: '_total',
        labels: { class: failure },
        value,
      })),
    },
    gauge('reprise_throughput_tokens_per_second', 'Tokens of the window.', [
      ...labelled('kind', { output: throughput?.output, input: throughput?.input, total: throughput?.total }),
      ...labelled('kind', { fresh_input: throughput?.freshInput }),
    ]),
    gauge('reprise_requests_per_second', 'Requests that ended well in the window.', plain(throughput?.requestsPerS)),
    gauge('reprise_window_seconds', 'Length of the window.', plain(throughput && throughput.windowMs / 1000)),
    gauge('reprise_cache_hit_ratio', 'Share of prompt tokens found in a cache.', [
      ...labelled('kind', { measured: cacheHit.measured, ideal: cacheHit.ideal }),
    ]),
    gauge('reprise_goodput_ratio', 'Share of requests that kept every objective.', plain(goodput?.share)),
    gauge(
      'reprise_good_requests_per_second',
      'Requests of the window that kept every objective.',
      plain(goodput?.requestsPerS),
    ),
    gauge('reprise_jobs_per_hour', 'Session trees that ended in an hour of the window.', [
      ...labelled('per', { deployment: jobs?.perHour, user: jobs?.perHourPerUser, gpu: jobs?.perHourPerGpu }),
    ]),
    ...serverFamilies(result.server),
    gauge(
      'reprise_valid',
      'Whether the result is valid: 0 where it is indicative or invalid.',
      plain(validity.verdict === 'valid' ? 1 : 0),
    ),
  ]
  return renderFamilies(families, { run })
}

/** What the server said of itself in the window. */
function serverFamilies(server: Result['server']): Family[] {
  const { computedTokens, localHitTokens, externalHitTokens } = server?.prompt ?? {}
  const sources = { computed: computedTokens, local_hit: localHitTokens, external_hit: externalHitTokens }
  const { running, waiting } = server ?? {}
  return [
    gauge(
      'reprise_server_prompt_tokens',
      'Prompt tokens of the window by where they came from.',
      labelled('source', sources),
    ),
    gauge('reprise_server_preemptions', 'Preemptions in the window.', plain(server?.preemptions)),
    gauge('reprise_server_requests', 'Requests of the window at the server, on average.', [
      ...labelled('state', { running: running?.mean, waiting: waiting?.mean }),
    ]),
    gauge('reprise_server_kv_use_ratio', 'Share of the KV cache in use, at most.', plain(server?.kvUse?.max)),
    gauge('reprise_server_kv_pool_tokens', 'Tokens that the KV caches hold together.', plain(server?.kvPoolTokens)),
  ]
}

function infoOf({ identity, provenance, load, validity }: Result): Sample {
  const { model, hardware, precision, engine, gpus, point } = identity
  const labels = {
    model,
    hardware,
    precision,
    engine: engine?.name,
    gpus: gpus?.toString(),
    point,
    preset: provenance.preset.name,
    load: load.kind,
    lanes: load.kind === 'lanes' ? String(load.lanes) : undefined,
    verdict: validity.verdict,
    version: provenance.toolVersion,
  }
  return { suffix: '_info', labels, value: 1 }
}

const shares = { p50: '0.5', p75: '0.75', p90: '0.9', p95: '0.95', p99: '0.99' } as const

/** A summary, and another one in which failures count as infinitely slow. */
function metricFamilies(name: string, metric: Metric): Family[] {
  const isTime = metric.unit === 'ms'
  const [unit, scale] = isTime ? ['seconds', 1 / 1000] : ['tokens_per_second', 1]
  const quantiles = (of: Readonly<Partial<Record<keyof typeof shares, number | 'unbounded' | undefined>>>): Sample[] =>
    Object.entries(shares).flatMap(([key, quantile]) => {
      const value = of[key as keyof typeof shares]
      if (value === undefined) return []
      return [{ suffix: '', labels: { quantile }, value: value === 'unbounded' ? Infinity : value * scale }]
    })
  const { n, mean, withFailures } = metric
  const sum = mean === undefined ? [] : [{ suffix: '_sum', labels: {}, value: mean * n * scale }]
  return [
    {
      name: `reprise_${name}_${unit}`,
      type: 'summary',
      unit,
      help: `${name} of requests that ended well; docs/glossary.md.`,
      samples: [...quantiles(metric), { suffix: '_count', labels: {}, value: n }, ...(isTime ? sum : [])],
    },
    {
      name: `reprise_${name}_with_failures_${unit}`,
      type: 'summary',
      unit,
      help: `${name} where failed and cancelled requests count as infinitely slow.`,
      samples: withFailures
        ? [...quantiles(withFailures), { suffix: '_count', labels: {}, value: withFailures.n }]
        : [],
    },
  ]
}

function outcomes(phase: string, counts: Result['counts']['warmup']): Sample[] {
  const { ok, failed, truncated, cancelled } = counts
  return Object.entries({ ok, failed, truncated, cancelled }).map(([outcome, value]) => ({
    suffix: '_total',
    labels: { phase, outcome },
    value,
  }))
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'gauge', help, samples }
}

function plain(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ suffix: '', labels: {}, value }]
}

function labelled(label: string, values: Readonly<Record<string, number | undefined>>): Sample[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ suffix: '', labels: { [label]: name }, value }],
  )
}
