import type { JobStatus } from '@reprise/result-aggregator'
import { htmlText, markdownText, printable } from '@reprise/safe-text'
import { type MeasuredResult, verdictOf } from './read-results.ts'

/** What is told of a job's end. */
type JobEnd = Omit<JobStatus, 'schema' | 'id' | 'launchMs'>

/** One job on the page of the run: how it ended and why, what it measured, and the command that does it again. */
export function renderJobSummary(job: JobEnd, results: readonly MeasuredResult[]): string {
  return [
    `### ${markdownText(job.name)}`,
    '',
    '| | |',
    '| --- | --- |',
    ...stateRows(job, verdictOf(results)),
    '',
    ...measured(results),
    'Reproduce it with',
    '',
    `<pre>${htmlText(printable(job.reproduce, 4_000))}</pre>`,
    '',
  ].join('\n')
}

function stateRows(job: JobEnd, verdict: string | undefined): string[] {
  const { failure } = job
  const rows: (readonly [string, string | undefined])[] = [
    ['Configuration', job.configKey],
    ['Outcome', job.outcome],
    ['Verdict', verdict],
    ['Failure', failure && [failure.class, failure.phase].filter((part) => part !== undefined).join(', ')],
    ['Why', failure?.message],
    ['Nodes left out', job.leftOut?.map(({ node, reason }) => `${node}: ${reason}`).join('; ')],
    ['Evaluation', job.evaluation === 'not-requested' ? undefined : job.evaluation],
  ]
  return rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `| ${name} | ${markdownText(value!, 1_000)} |`)
}

function measured(results: readonly MeasuredResult[]): string[] {
  if (results.length === 0) return []
  const rows = results.map(({ load, counts, metrics: { ttft, tpot }, throughput, validity }) => {
    const figures = [ttft?.p50, ttft?.p90, tpot?.p50, throughput?.output].map(figure)
    return `| ${[load.lanes, `${counts.ok} of ${counts.requests}`, ...figures, validity.verdict].join(' | ')} |`
  })
  const reasons = new Set(results.flatMap(({ validity }) => validity.reasons))
  return [
    '| Lanes | Requests that ended well | TTFT p50 ms | TTFT p90 ms | TPOT p50 ms | Output tokens/s | Verdict |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    '',
    ...[...reasons].slice(0, 20).map((reason) => `- ${markdownText(reason, 600)}`),
    '',
  ]
}

/** Three digits; a dash for what was not measured. */
function figure(value: number | undefined): string {
  return value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
