import type { Part } from '../../../result/breakdown.ts'
import { formatNumber, formatShare } from '../client/format-number.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import type { Column } from './data-table.ts'
import { runColumn } from './run-columns.ts'

/** What users wait for beyond the first token and the pace: whole replies, whole jobs, and the objectives that were given. */
export const jobColumns: readonly Column<LabelledRun>[] = [
  runColumn,
  ...(['p50', 'p90'] as const).map(
    (each): Column<LabelledRun> => ({
      head: `E2E interactivity, tok/s ${each}`,
      about: 'Tokens of a reply over the whole wait for it',
      cell: ({ run }) => formatNumber(run.result.metrics.e2e_interactivity?.[each]),
    }),
  ),
  {
    head: 'First answer token, ms p90',
    about: 'Reasoning does not count',
    cell: ({ run }) => formatNumber(run.result.metrics.ttfat?.p90),
  },
  {
    head: 'Longest gap in a reply, ms p90',
    cell: ({ run }) => formatNumber(run.result.metrics.longest_chunk_gap?.p90),
  },
  { head: 'Jobs begun', cell: ({ run }) => run.result.jobs?.begun ?? '-' },
  { head: 'completed', cell: ({ run }) => run.result.jobs?.completed ?? '-' },
  ...(['p50', 'p90'] as const).map(
    (each): Column<LabelledRun> => ({
      head: `Job, s ${each}`,
      about: 'Thinking and tools included; those under way at the end count as lasting until then at least',
      cell: ({ run }) => formatNumber(inSeconds(run.result.jobs?.durationMs?.[each])),
    }),
  ),
  {
    head: 'Share with a request in flight',
    about: 'Of the completed jobs: the rest no server makes shorter',
    cell: ({ run }) => formatShare(run.result.jobs?.busyShare),
  },
  { head: 'Jobs/h', cell: ({ run }) => formatNumber(run.result.jobs?.perHour) },
  { head: 'Jobs/h per GPU', cell: ({ run }) => formatNumber(run.result.jobs?.perHourPerGpu) },
  {
    head: 'Objectives kept',
    about: 'Share of requests that kept all of them; failures keep none',
    cell: ({ run }) => formatShare(run.result.goodput?.share),
  },
  { head: 'Good requests/s', cell: ({ run }) => formatNumber(run.result.goodput?.requestsPerS) },
  {
    head: 'Cold starts',
    about: 'First requests of a shape that waited three times as long for a token as the later ones',
    cell: ({ run }) => run.result.coldStarts?.requests ?? '-',
  },
]

export interface PartRow {
  readonly label: string
  readonly by: string
  readonly part: Part
}

/** The parts of every run by turn, depth and context, in this order. */
export function partRows(runs: readonly LabelledRun[]): PartRow[] {
  return runs.flatMap(({ run, label }) => {
    const { turn = [], depth = [], context = [] } = run.result.breakdown ?? {}
    return Object.entries({ turn, depth, context }).flatMap(([by, parts]) => parts.map((part) => ({ label, by, part })))
  })
}

export const partColumns: readonly Column<PartRow>[] = [
  { head: 'Run', text: true, cell: ({ label }) => label },
  { head: 'By', text: true, cell: ({ by }) => by },
  { head: 'from', cell: ({ part }) => part.from.toLocaleString('en-US') },
  { head: 'to', cell: ({ part }) => part.to?.toLocaleString('en-US') ?? '-' },
  { head: 'Requests', cell: ({ part }) => part.requests },
  { head: 'unanswered', about: 'Failed or cancelled', cell: ({ part }) => part.unanswered },
  ...(['ttft', 'tpot', 'e2e'] as const).flatMap((name) =>
    (['p50', 'p90'] as const).map(
      (each): Column<PartRow> => ({
        head: `${name.toUpperCase()}, ms ${each}`,
        cell: ({ part }) => formatNumber(part[name]?.[each]),
      }),
    ),
  ),
  { head: 'Hits', cell: ({ part }) => formatShare(part.hitMeasured) },
  { head: 'ideal', cell: ({ part }) => formatShare(part.hitIdeal) },
]

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000
}
