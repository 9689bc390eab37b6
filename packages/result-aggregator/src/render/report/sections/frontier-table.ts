import { frontierChances, type UncertainFigure } from '../../../interval/frontier-chances.ts'
import type { Html } from '../../html.ts'
import { html } from '../../html.ts'
import { type Place, paretoFrontier } from '../client/pareto-frontier.ts'
import type { FigureName, ReportMark } from '../client/report-data.ts'
import { type Column, dataTable } from './data-table.ts'

interface FrontierRow {
  readonly mark: ReportMark
  /** In the order of `axes`; absent where the point lacks a figure. */
  readonly standings: readonly (Standing | undefined)[]
}

interface Standing {
  readonly isOn: boolean
  readonly chance: number | undefined
}

/** Against which figure, and whether less of it is better. */
const axes: readonly { readonly figure: FigureName; readonly title: string; readonly lower?: true }[] = [
  { figure: 'interactivity.p90', title: 'interactivity p90' },
  { figure: 'ttft.p90', title: 'TTFT p90', lower: true },
  { figure: 'e2e.p90', title: 'E2E p90', lower: true },
]

/** How surely each point is on the frontier of the runs of its work; nothing where none has an interval on both axes. */
export function frontierTable(marks: readonly ReportMark[]): Html {
  const perGpu = marks.every(({ gpus }) => gpus !== undefined)
  const workloads = [...Map.groupBy(marks, ({ workload }) => workload).values()].filter(({ length }) => length > 1)
  const rows = workloads.flatMap((alike) => rowsOf(alike, perGpu))
  if (rows.every(({ standings }) => standings.every((standing) => standing?.chance === undefined))) return html``
  const what = perGpu ? 'output per GPU' : 'output'
  return dataTable(`How surely each point is on the frontier of ${what}`, columns, rows, { note: taken })
}

const taken =
  'A chance takes the logarithm of each figure as normal, as wide on either side as its 95 % interval says, and figures as independent. Points without an interval on both axes have none, and count as exact for the others.'

function rowsOf(marks: readonly ReportMark[], perGpu: boolean): FrontierRow[] {
  const standings = axes.map((axis) => standingsOf(marks, axis, perGpu))
  return marks.map((mark) => ({ mark, standings: standings.map((of) => of.get(mark)) }))
}

function standingsOf(
  marks: readonly ReportMark[],
  { figure, lower }: (typeof axes)[number],
  perGpu: boolean,
): ReadonlyMap<ReportMark, Standing> {
  const placed = marks.flatMap((mark) => {
    const gpus = perGpu ? mark.gpus! : 1
    const [x, y] = [figureOf(mark, figure, lower ? turned : same), figureOf(mark, 'output', (value) => value / gpus)]
    return x && y ? [{ mark, x, y }] : []
  })
  const places = placed.map(({ mark, x, y }): Place & { mark: ReportMark } => ({ mark, x: x.value, y: y.value }))
  const best = new Set(paretoFrontier(places, 'higher-x').map(({ mark }) => mark))
  const chances = frontierChances(placed)
  return new Map(placed.map(({ mark }, at) => [mark, { isOn: best.has(mark), chance: chances[at] }]))
}

/** `undefined` where it is not known, or not above 0. */
function figureOf(
  { figures, ends }: ReportMark,
  name: FigureName,
  change: (value: number) => number,
): UncertainFigure | undefined {
  const value = figures[name]
  if (value === undefined || value <= 0) return undefined
  const changed = ends[name]?.map(change).sort((one, other) => one - other)
  return { value: change(value), ...(changed && { ends: [changed[0]!, changed[1]!] as const }) }
}

const same = (value: number) => value
const turned = (value: number) => 1 / value

const columns: readonly Column<FrontierRow>[] = [
  { head: 'Point', text: true, cell: ({ mark }) => mark.label },
  ...axes.flatMap(({ title }, at): Column<FrontierRow>[] => [
    {
      head: `Against ${title}`,
      about: 'Whether any other run of the same work is better on both axes, as measured',
      text: true,
      cell: ({ standings }) => standingText(standings[at]),
    },
    {
      head: 'chance',
      about: 'That no other is, by the intervals of all of them',
      cell: ({ standings }) => chanceText(standings[at]?.chance),
    },
  ]),
]

function standingText(standing: Standing | undefined): string {
  if (!standing) return '-'
  return standing.isOn ? 'on it' : 'beaten'
}

function chanceText(chance: number | undefined): string {
  if (chance === undefined) return '-'
  if (chance > 0.99) return '> 99%'
  return chance < 0.01 ? '< 1%' : `${Math.round(chance * 100)}%`
}
