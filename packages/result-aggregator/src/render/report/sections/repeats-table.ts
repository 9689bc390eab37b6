import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { type Html, html } from '../../html.ts'
import { withInterval } from '../../interval-text.ts'
import { repeatsFigure, repeatsOf } from '../../repeats.ts'
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
  const repeats = linesOf(runs)
  if (repeats.length === 0) return html``
  return html`<p class="note" id="repeats">Some runs differ in their seeds alone. Their geometric means, with 95 % intervals from three seeds on, take nothing for granted about sessions or time.</p>
${dataTable('Repeats with other seeds', columns, repeats, { open: true })}`
}

function linesOf(runs: readonly LabelledRun[]): Repeats[] {
  const byGroup = [...Map.groupBy(runs, ({ group }) => group).values()]
  return byGroup
    .flatMap((group) => repeatsOf(group, ({ run }) => run.result))
    .map((same) => {
      const results = same.map(({ run }) => run.result)
      const [{ load, identity }] = results as [Result]
      return { size: loadSizeOf(load).label, model: identity.model, results }
    })
}

function figure(head: string, of: (result: Result) => number | undefined): Column<Repeats> {
  return {
    head,
    cell: ({ results }) => {
      const mean = repeatsFigure(results, of)
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
