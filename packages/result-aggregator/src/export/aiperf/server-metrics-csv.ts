import { csvLine } from '../records/csv-line.ts'
import type { ExportedRun, SampledServer } from '../run/exported-run.ts'
import { type FamilyMember, type MetricFamily, metricFamilies } from './metric-families.ts'
import { phaseWindows } from './phase-windows.ts'
import { sampledPages } from './sampled-pages.ts'
import { type SeriesStats, seriesStats } from './series-stats.ts'

/**
 * What the server told of itself while the run was profiling as AIPerf's `server_metrics_export.csv`: a section for each type with a line for each series, and one of what is told by
 * labels alone. Its figures are those of the JSON; slices it has none.
 *
 * Source: AIPerf 0.13.0, server_metrics/csv_exporter.py (schema 1.0).
 */
export async function* serverMetricsCsv(run: ExportedRun, server: SampledServer): AsyncGenerator<string> {
  const pages = await sampledPages(server.lines())
  const window = phaseWindows(run, server, pages).profiling
  yield `# schema_version: 1.0\n# benchmark_id: ${run.result.provenance.planDigest.slice(0, 12)}\n#\n`
  if (!window) return
  const families = metricFamilies(pages)
  const isInfo = ({ name, type }: MetricFamily) => type === 'gauge' && name.endsWith('_info')
  for (const type of ['gauge', 'counter', 'histogram'] as const) {
    const rows = families
      .filter((family) => family.type === type && !isInfo(family))
      .flatMap(({ name, members }) =>
        members.flatMap((member): Row[] => {
          const found = seriesStats(type, member, window)
          return found ? [{ name, member, found }] : []
        }),
      )
    if (rows.length > 0) yield* section(type, rows)
  }
  yield* infoSection(families.filter(isInfo))
}

interface Row {
  readonly name: string
  readonly member: FamilyMember
  readonly found: SeriesStats
}

function* section(type: MetricFamily['type'], rows: readonly Row[]): Generator<string> {
  const stats = [...new Set(rows.flatMap(({ found }) => Object.keys(found.stats)))]
  const labels = [...new Set(rows.flatMap(({ member }) => Object.keys(member.labels)))].sort()
  const buckets = type === 'histogram' ? ['buckets'] : []
  yield csvLine(['Endpoint', 'Type', 'Metric', 'Unit', ...stats, ...labels, 'Description', ...buckets])
  for (const { name, member, found } of rows)
    yield csvLine([
      ...[member.page.url, type, name, ''],
      ...stats.map((stat) => found.stats[stat]),
      ...labels.map((label) => member.labels[label]),
      '',
      ...buckets.map(() =>
        Object.entries(found.buckets ?? {})
          .map((each) => each.join('='))
          .join(';'),
      ),
    ])
  yield '\r\n'
}

function* infoSection(families: readonly MetricFamily[]): Generator<string> {
  if (families.length === 0) return
  yield csvLine(['Endpoint', 'Metric', 'Key', 'Value', 'Description'])
  for (const { name, members } of families)
    for (const { page, labels } of members)
      for (const [key, value] of Object.entries(labels)) yield csvLine([page.url, name, key, value, ''])
}
