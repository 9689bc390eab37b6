import type { Collection } from '../../result/collection.ts'
import { type Estimate, isInterval } from '../../result/estimate.ts'
import { renderCsvCell } from '../csv-cell.ts'
import { perGpu, type SweepPoint, sweepPoints } from '../sweep-point.ts'
import { estimatedFigures } from './estimated-figures.ts'

type Cell = string | number | undefined

/**
 * The table of a sweep as CSV (RFC 4180), every figure in full, with the ends of its 95 % interval in columns of their own; what was not measured or is not estimable is empty. No text of it is taken for a formula by a
 * spreadsheet: one that begins like one gets an apostrophe before it.
 */
export function renderCollectionCsv(collection: Collection): string {
  const lines = sweepPoints(collection).map((point) => columns.map(([, cell]) => renderCsvCell(cell(point))).join(','))
  return [columns.map(([head]) => head).join(','), ...lines, ''].join('\r\n')
}

const columns: readonly (readonly [head: string, cell: (point: SweepPoint) => Cell])[] = [
  ['config_key', ({ configKey }) => configKey],
  ['point', ({ name }) => name],
  ['point_id', ({ row }) => row.job.id],
  ['outcome', ({ row }) => row.status.outcome],
  ['failure_class', ({ row }) => row.status.failure?.class],
  ['verdict', ({ result }) => result?.validity.verdict],
  ['lanes', ({ lanes }) => (lanes.length === 1 ? lanes[0] : lanes.join(' '))],
  ['gpus', ({ row }) => row.job.gpus],
  ['requests', ({ result }) => result?.counts.requests],
  ['failed_requests', ({ result }) => result?.counts.failed],
  ['ttft_p50_ms', ({ result }) => result?.metrics.ttft?.p50],
  ['ttft_p90_ms', ({ result }) => result?.metrics.ttft?.p90],
  ['tpot_p50_ms', ({ result }) => result?.metrics.tpot?.p50],
  ['interactivity_p50_tokens_per_s', ({ result }) => result?.metrics.interactivity?.p50],
  ['output_tokens_per_s_per_gpu', (point) => perGpu(point, 'output')],
  ['input_tokens_per_s_per_gpu', (point) => perGpu(point, 'input')],
  ['total_tokens_per_s_per_gpu', (point) => perGpu(point, 'total')],
  ['cache_hit_measured', ({ result }) => result?.cacheHit.measured],
  ['cache_hit_ideal', ({ result }) => result?.cacheHit.ideal],
  ...estimatedFigures.flatMap(({ name, estimate }): (readonly [string, (point: SweepPoint) => Cell])[] => [
    [`${name}_low`, (point) => endOf(estimate(point), 'low')],
    [`${name}_high`, (point) => endOf(estimate(point), 'high')],
  ]),
  ['evaluation', ({ row }) => row.status.evaluation],
  ['image_digest', ({ row }) => row.status.imageDigest],
  ['reused_from', ({ row }) => row.reusedFrom],
  ['reason', ({ row }) => row.status.failure?.message],
  ['reproduce', ({ row }) => row.status.reproduce],
]

function endOf(estimate: Estimate | undefined, end: 'low' | 'high'): number | undefined {
  return isInterval(estimate) ? estimate[end] : undefined
}
