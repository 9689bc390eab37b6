import { repeatsEstimate } from '../../../interval/repeats-estimate.ts'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { type Html, html } from '../../html.ts'
import { withInterval } from '../../interval-text.ts'
import { formatNumber } from '../client/format-number.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { type Column, dataTable } from './data-table.ts'

interface Repeats {
  readonly size: string
  readonly model: string
  readonly results: readonly Result[]
}

/** Runs of one configuration and size that differ in their seeds, as the geometric mean of each figure with its interval; nothing where there are none. */
export function repeatsTable(runs: readonly LabelledRun[]): Html {
  const repeats = repeatsOf(runs)
  if (repeats.length === 0) return html``
  return html`<p class="note" id="repeats">Some runs differ in their seeds alone. Their geometric means, with 95 % intervals from three seeds on, take nothing for granted about sessions or time.</p>
${dataTable('Repeats with other seeds', columns, repeats, { open: true })}`
}

/** Of a seed that was run more than once the first run. */
function repeatsOf(runs: readonly LabelledRun[]): Repeats[] {
  const alike = Map.groupBy(runs, ({ run: { result }, workload }) => {
    const { point: _, ...identity } = result.identity
    const { simulated, clock } = result.provenance.target
    return JSON.stringify([identity, simulated, clock, workload, loadSizeOf(result.load)])
  })
  return [...alike.values()].flatMap((same) => {
    const bySeed = Map.groupBy(same, ({ run }) => run.result.provenance.seed)
    const results = [...bySeed.values()].map(([first]) => first!.run.result)
    const [{ load, identity }] = results as [Result]
    return results.length > 1 ? [{ size: loadSizeOf(load).label, model: identity.model, results }] : []
  })
}

function figure(head: string, of: (result: Result) => number | undefined): Column<Repeats> {
  return {
    head,
    cell: ({ results }) => {
      const values = results.map(of)
      if (values.some((value) => value === undefined)) return '-'
      const mean = repeatsEstimate(values as number[])
      return mean ? withInterval(formatNumber(mean.value), mean.estimate, formatNumber) : '-'
    },
  }
}

const columns: readonly Column<Repeats>[] = [
  { head: 'Load', text: true, cell: ({ size }) => size },
  { head: 'Model', text: true, cell: ({ model }) => model },
  { head: 'Seeds', cell: ({ results }) => results.length },
  figure('TTFT p50, ms', ({ metrics }) => metrics.ttft?.p50),
  figure('TTFT p90, ms', ({ metrics }) => metrics.ttft?.p90),
  figure('TPOT p50, ms', ({ metrics }) => metrics.tpot?.p50),
  figure('TPOT p90, ms', ({ metrics }) => metrics.tpot?.p90),
  figure('Output tok/s', ({ throughput }) => throughput?.output),
]
