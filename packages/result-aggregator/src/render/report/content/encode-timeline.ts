import type { PlannedTree } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { timePerOutputToken } from '../../../measure/time-per-token.ts'
import type { TimelineColumns } from '../client/report-data.ts'
import { NameTable } from './name-table.ts'
import type { ReportRequest } from './report-run.ts'

/** What a page's timelines may hold together: about 3 MB of JSON, so that the page stays below 5. */
export const TIMELINE_ROWS_MAX = 46_000

/**
 * The requests of a point as columns for the page, whole lanes only: the lowest lanes whose requests together are at most
 * `maxRows`, and always the first.
 */
export function encodeTimeline(
  requests: readonly ReportRequest[],
  options: { readonly maxRows: number; readonly trees?: readonly PlannedTree[] },
): TimelineColumns {
  const lanes = [...Map.groupBy(requests, ({ lane }) => lane)].toSorted(([one], [other]) => one - other)
  const kept = lanesThatFit(lanes, options.maxRows)
  const names = new NameTable(options.trees ?? [])
  const rows = kept.flatMap(([, ofLane]) => ofLane.toSorted((one, other) => beginOf(one) - beginOf(other)))
  const previous = (index: number) =>
    rows[index - 1]?.lane === rows[index]!.lane ? tenths(beginOf(rows[index - 1]!)) : 0
  const messages: Record<string, string> = {}
  for (const [index, request] of rows.entries()) {
    const text = messageOf(request)
    if (text) messages[index] = text
  }
  return {
    rows: rows.length,
    requests: requests.length,
    lanes: kept.map(([lane, ofLane]) => [lane, ofLane.length] as const),
    lanesInRun: lanes.length,
    session: rows.map((request) => names.sessionOf(request)),
    traces: names.traces,
    sessions: names.sessions,
    begin: rows.map((request, index) => tenths(beginOf(request)) - previous(index)),
    late: rows.map(({ dueMs, connectStartMs, sentMs }) => between(dueMs, connectStartMs ?? sentMs)),
    wait: rows.map(({ sentMs, firstTokenMs }) => between(sentMs, firstTokenMs)),
    decode: rows.map(({ firstTokenMs, lastTokenMs }) => between(firstTokenMs, lastTokenMs)),
    rest: rows.map((request) =>
      between(request.lastTokenMs ?? request.firstTokenMs ?? beginOf(request), request.doneMs),
    ),
    play: rows.map(({ play }) => play),
    turn: rows.map(({ turn }) => turn),
    input: rows.map(({ inputTokens, plannedInputTokens }) => inputTokens ?? plannedInputTokens),
    output: rows.map(({ outputTokens }) => outputTokens ?? -1),
    cached: rows.map(({ cachedTokens }) => cachedTokens ?? -1),
    pace: rows.map(paceOf),
    phase: rows.map(({ phase }) => phase[0]).join(''),
    outcome: rows.map(({ outcome }) => outcome.kind[0]).join(''),
    messages,
  }
}

/**
 * How many rows each point gets of `total`: all it has where that is possible, else what the smaller ones leave, shared evenly.
 */
export function shareRows(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0)
  const byNeed = needs.map((need, index) => ({ need, index })).toSorted((one, other) => one.need - other.need)
  let left = total
  for (const [place, { need, index }] of byNeed.entries()) {
    shares[index] = Math.min(need, Math.floor(left / (byNeed.length - place)))
    left -= shares[index]!
  }
  return shares
}

function lanesThatFit<T>(lanes: readonly (readonly [number, readonly T[]])[], maxRows: number) {
  let rows = 0
  return lanes.filter(([, ofLane], index) => {
    rows += ofLane.length
    return index === 0 || rows <= maxRows
  })
}

function beginOf({ sentMs, connectStartMs, dueMs }: ReportRequest): number {
  return sentMs ?? connectStartMs ?? dueMs
}

/** Differences of rounded instants, so that rounding never adds up. */
function between(fromMs: number | undefined, toMs: number | undefined): number {
  return fromMs === undefined || toMs === undefined ? -1 : Math.max(0, tenths(toMs) - tenths(fromMs))
}

function paceOf(request: ReportRequest): number {
  const ms = request.outcome.kind === 'ok' ? timePerOutputToken(request) : undefined
  return ms === undefined ? -1 : Math.round(ms * 1000)
}

function tenths(ms: number): number {
  return Math.round(ms * 10)
}

function messageOf({ outcome }: ReportRequest): string | undefined {
  if (outcome.kind === 'truncated') return printable(outcome.message, 160)
  if (outcome.kind !== 'failed') return undefined
  const status = outcome.status === undefined ? '' : ` ${outcome.status}`
  return printable(`${outcome.class}${status}: ${outcome.message}`, 160)
}
