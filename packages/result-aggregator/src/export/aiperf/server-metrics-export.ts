import type { ExportedRun, SampledServer } from '../run/exported-run.ts'
import { epochOf, nanosecondsAt } from './epoch.ts'
import { type MetricFamily, metricFamilies } from './metric-families.ts'
import { phaseWindows } from './phase-windows.ts'
import { type SampledPage, sampledPages } from './sampled-pages.ts'
import { type SlicedWindow, seriesStats } from './series-stats.ts'
import { type SliceWindow, samplesIn } from './window-slices.ts'

/**
 * What the server told of itself as AIPerf's `server_metrics_export.json`: every series of every page over profiling and over warm-up, whole and in slices as long as the
 * pages lie apart. In pieces, since of an hour of many series it is hundreds of megabytes.
 *
 * Source: AIPerf 0.13.0, ServerMetricsExportData (schema 1.1).
 */
export async function* serverMetricsExport(run: ExportedRun, server: SampledServer): AsyncGenerator<string> {
  const instants = new Instants(epochOf(run.result))
  const pages = await sampledPages(server.lines())
  const families = metricFamilies(pages)
  const { profiling, warmup } = phaseWindows(run, server, pages)
  yield `{"schema_version":"1.1","benchmark_id":${JSON.stringify(run.result.provenance.planDigest.slice(0, 12))},`
  yield `"summary":${summary(pages, { profiling, warmup }, instants)},"metrics_phase":"profiling","metrics":{`
  yield* metricsText(families, profiling, instants)
  yield '}'
  if (warmup) {
    yield ',"warmup_metrics":{'
    yield* metricsText(families, warmup, instants)
    yield '}'
  }
  yield ',"input_config":{}}\n'
}

/** Writes instants as whole nanoseconds since 1970, which no double holds, among what JSON says of a value. */
class Instants {
  readonly #epochNs: bigint

  constructor(epochNs: bigint) {
    this.#epochNs = epochNs
  }

  /** The value with the instants first, by their names. */
  around(value: object, ms: Readonly<Record<string, number>>): string {
    const own = Object.entries(ms).map(([name, at]) => `"${name}":${nanosecondsAt(this.#epochNs, at)}`)
    const rest = JSON.stringify(value).slice(1, -1)
    return `{${[...own, ...(rest === '' ? [] : [rest])].join(',')}}`
  }

  /** As Python writes a date of no zone; UTC. */
  dateOf(ms: number): string {
    return new Date(Number(nanosecondsAt(this.#epochNs, ms) / 1_000_000n)).toISOString().replace('Z', '')
  }
}

function* metricsText(
  families: readonly MetricFamily[],
  window: SlicedWindow | undefined,
  instants: Instants,
): Generator<string> {
  if (!window) return
  let isFirst = true
  for (const { name, type, members } of families) {
    let opened = false
    for (const member of members) {
      const found = seriesStats(type, member, window)
      if (!found) continue
      // What the page says of a metric is not kept.
      yield opened ? ',' : `${isFirst ? '' : ','}${JSON.stringify(name)}:{"type":"${type}","description":"","series":[`
      isFirst = false
      opened = true
      const { labels, page } = member
      const told = {
        endpoint_url: page.url,
        ...(Object.keys(labels).length > 0 && { labels }),
        stats: found.stats,
        ...(found.buckets && { buckets: found.buckets }),
      }
      const slices = found.slices.map(({ slice, stats }) =>
        instants.around(
          { ...stats, ...(!slice.isComplete && { is_complete: false }) },
          { start_ns: slice.startMs, end_ns: slice.endMs },
        ),
      )
      yield `${JSON.stringify(told).slice(0, -1)}${slices.length > 0 ? `,"timeslices":[${slices.join(',')}]` : ''}}`
    }
    if (opened) yield ']}'
  }
}

function summary(
  pages: readonly SampledPage[],
  phases: { readonly [Phase in 'profiling' | 'warmup']: SliceWindow | undefined },
  instants: Instants,
): string {
  const window = phases.profiling ?? { startMs: 0, endMs: 0 }
  const heard = pages.filter(({ atMs }) => atMs.length > 0)
  const told = {
    endpoints_configured: pages.map(({ url }) => url),
    endpoints_successful: heard.map(({ url }) => url),
    start_time: instants.dateOf(window.startMs),
    end_time: instants.dateOf(window.endMs),
  }
  const infos = heard.map((page) => `${JSON.stringify(page.url)}:${endpointInfo(page, window, instants)}`)
  const ranges = Object.entries(phases).flatMap(([name, span]) =>
    span ? [`"${name}":${instants.around({}, { start_ns: span.startMs, end_ns: span.endMs })}`] : [],
  )
  return `${JSON.stringify(told).slice(0, -1)},"endpoint_info":{${infos.join(',')}},"phase_time_ranges":{${ranges.join(',')}}}`
}

/** Every sample counts as an update: two pages that say the same are as many as two that differ. */
function endpointInfo(page: SampledPage, window: SliceWindow, instants: Instants): string {
  const [from] = samplesIn(page, window, false)
  const [, until] = samplesIn(page, window, true)
  const [atMs, tookMs] = [page.atMs, page.tookMs].map((all) => all.slice(from, until)) as [number[], number[]]
  const [firstMs, lastMs] = [atMs[0] ?? window.startMs, atMs.at(-1) ?? window.startMs]
  const gaps = atMs.slice(1).map((ms, i) => ms - atMs[i]!)
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
  return instants.around(
    {
      total_fetches: atMs.length,
      unique_updates: atMs.length,
      avg_fetch_latency_ms: mean(tookMs),
      duration_seconds: (lastMs - firstMs) / 1_000,
      avg_update_interval_ms: mean(gaps),
    },
    { first_fetch_ns: firstMs, last_fetch_ns: lastMs, first_update_ns: firstMs, last_update_ns: lastMs },
  )
}
