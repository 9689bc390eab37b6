import { printable } from '@reprise/safe-text'
import type { Result } from '../../../result/result.ts'
import { formatCount, formatNumber } from '../client/format-number.ts'
import type { RunTableName, RunTableRows } from '../client/run-tables.ts'
import { failureRows } from './failure-rows.ts'
import type { ReportRequest } from './report-run.ts'
import { slowestRequests, slowestSessions } from './slowest.ts'

/** The tables that a page has of one run, those without rows left out. */
export function runTablesOf(
  result: Result,
  requests: readonly ReportRequest[],
): Readonly<Partial<Record<RunTableName, RunTableRows>>> {
  const all: Record<RunTableName, RunTableRows> = {
    objectives: objectiveRows(result),
    failures: failureRows(requests),
    requests: slowestRequests(requests),
    sessions: slowestSessions(requests),
    shapes: shapeRows(result),
    counts: countRows(result),
  }
  return Object.fromEntries(Object.entries(all).filter(([, rows]) => rows.length > 0))
}

function objectiveRows({ goodput }: Result): RunTableRows {
  if (!goodput) return []
  const { slo, broken, judged } = goodput
  return Object.entries(slo).map(([name, bound]) => {
    const kept = name.endsWith('interactivity') ? `${name} >= ${bound} tokens/s` : `${name} <= ${bound} ms`
    return [kept, formatCount(broken[name as keyof typeof broken] ?? 0), formatCount(judged)]
  })
}

function shapeRows({ coldStarts }: Result): RunTableRows {
  return (coldStarts?.worst ?? []).map(({ id, shapeTokens, ttftMs, usualP90Ms }) => [
    ...[printable(id, 80), formatCount(shapeTokens), formatNumber(ttftMs), formatNumber(usualP90Ms)],
  ])
}

function countRows({ inputTokens, outputTokens }: Result): RunTableRows {
  return Object.entries({ input: inputTokens, output: outputTokens }).flatMap(([of, agreement]) =>
    (agreement?.mismatched ?? []).map(({ id, planned, reported }) => [
      ...[of, printable(id, 80), formatCount(planned), formatCount(reported)],
    ]),
  )
}
