import { type Html, html } from '../../html.ts'
import { withInterval } from '../../interval-text.ts'
import { formatCount, formatNumber, formatShare } from '../client/format-number.ts'
import type { LatencyName } from '../client/report-data.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import type { Column } from './data-table.ts'

type RunColumn = Column<LabelledRun>

/** The run's name, as a link to what the page tells of it alone. */
export const runColumn: RunColumn = { head: 'Run', text: true, cell: linkToRun }

export function linkToRun({ index, label }: LabelledRun): Html {
  return html`<a href="#run" data-run="${index}">${label}</a>`
}

const percentile = ['p50', 'p90', 'p99'] as const

function percentileColumns(name: LatencyName, title: string): RunColumn[] {
  return percentile.map((each) => ({
    head: `${title} ${each}`,
    cell: ({ run }) => {
      const metric = run.result.metrics[name]
      return withInterval(formatNumber(metric?.[each]), metric?.intervals?.[each], formatNumber)
    },
  }))
}

function throughput(name: 'output' | 'freshInput' | 'input' | 'total', head: string, about?: string): RunColumn {
  return {
    head,
    ...(about !== undefined && { about }),
    cell: ({ run }) => {
      const { throughput: all } = run.result
      return withInterval(formatNumber(all?.[name]), all?.intervals?.[name], formatNumber)
    },
  }
}

export const tradeoffColumns: readonly RunColumn[] = [
  runColumn,
  ...percentileColumns('interactivity', 'Interactivity, tok/s'),
  throughput('output', 'Output tok/s'),
  throughput('freshInput', 'Fresh input tok/s', 'Input without what the server took from its cache'),
  throughput('input', 'Input tok/s', 'Reused prefixes included'),
  throughput('total', 'Total tok/s', 'Input and output: flatters a warm cache'),
  {
    head: 'Output tok/s per GPU',
    cell: ({ run: { result } }) =>
      formatNumber(
        result.throughput && result.identity.gpus ? result.throughput.output / result.identity.gpus : undefined,
      ),
  },
  { head: 'Requests/s', cell: ({ run }) => formatNumber(run.result.throughput?.requestsPerS) },
  { head: 'Verdict', text: true, cell: ({ run }) => run.result.validity.verdict },
]

export const latencyColumns: readonly RunColumn[] = [
  runColumn,
  { head: 'n', about: 'Requests that ended well', cell: ({ run }) => formatCount(run.result.metrics.e2e?.n) },
  ...percentileColumns('ttft', 'TTFT, ms'),
  ...percentileColumns('tpot', 'TPOT, ms'),
  ...percentileColumns('e2e', 'E2E, ms'),
  {
    head: 'TTFT p99 with failures',
    about: 'Every failed or cancelled request counts as infinitely slow',
    cell: ({ run }) => {
      const value = run.result.metrics.ttft?.withFailures?.p99
      return value === 'unbounded' ? 'unbounded' : formatNumber(value)
    },
  },
]

export const cacheColumns: readonly RunColumn[] = [
  runColumn,
  ...(['measured', 'ideal'] as const).map(
    (name): RunColumn => ({
      head: name === 'measured' ? 'Measured' : 'Ideal',
      cell: ({ run: { result } }) =>
        withInterval(formatShare(result.cacheHit[name]), result.cacheHit.intervals?.[name], formatShare),
    }),
  ),
  {
    head: 'Lost, points',
    about: 'Ideal minus measured, in percentage points',
    cell: ({ run }) => {
      const { measured, ideal } = run.result.cacheHit
      return measured === undefined || ideal === undefined ? '-' : ((ideal - measured) * 100).toFixed(1)
    },
  },
  { head: 'Requests known', cell: ({ run }) => formatCount(run.result.cacheHit.knownRequests) },
  { head: 'of', cell: ({ run }) => formatCount(run.result.cacheHit.requests) },
]

export const countColumns: readonly RunColumn[] = [
  runColumn,
  ...(['requests', 'ok', 'failed', 'truncated', 'cancelled', 'plays'] as const).map(
    (name): RunColumn => ({ head: name, cell: ({ run }) => formatCount(run.result.counts[name]) }),
  ),
  { head: 'in warm-up', cell: ({ run }) => formatCount(run.result.counts.warmup.requests) },
  {
    head: 'Failures by class',
    text: true,
    cell: ({ run }) =>
      Object.entries(run.result.counts.failures)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none',
  },
]

export const healthColumns: readonly RunColumn[] = [
  runColumn,
  ...(['p50', 'p99', 'max'] as const).map(
    (each): RunColumn => ({
      head: `Late, ms ${each}`,
      about: 'Dispatch delay: from due to sent',
      cell: ({ run }) => formatNumber(run.result.clientHealth.dispatchDelayMs?.[each]),
    }),
  ),
  ...(['p50', 'p99', 'max'] as const).map(
    (each): RunColumn => ({
      head: `Event loop, ms ${each}`,
      about: 'How late timers of the measuring process fired',
      cell: ({ run }) => formatNumber(run.result.clientHealth.eventLoopDelayMs?.[each]),
    }),
  ),
  { head: 'CPU, cores', cell: ({ run }) => formatNumber(run.result.clientHealth.cpuShare) },
  { head: 'Memory, MiB', cell: ({ run }) => formatNumber(run.result.clientHealth.maxRssMiB) },
]
