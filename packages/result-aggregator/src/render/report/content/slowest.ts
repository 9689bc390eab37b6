import { printable } from '@reprise/safe-text'
import { endToEnd } from '../../../measure/end-to-end.ts'
import { timePerOutputToken } from '../../../measure/time-per-token.ts'
import { timeToFirstToken } from '../../../measure/time-to-first-token.ts'
import { formatCount, formatNumber, formatShare } from '../client/format-number.ts'
import type { RunTableRows } from '../client/run-tables.ts'
import type { ReportRequest } from './report-run.ts'

const REQUESTS_MAX = 20
const SESSIONS_MAX = 10

/** Of the profiling phase, those that ended well and took longest from sent to the last token. */
export function slowestRequests(requests: readonly ReportRequest[]): RunTableRows {
  return requests
    .flatMap((request) => {
      const ms = request.phase === 'profiling' && request.outcome.kind === 'ok' ? endToEnd(request) : undefined
      return ms === undefined ? [] : [{ request, ms }]
    })
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, REQUESTS_MAX)
    .map(({ request, ms }) => [
      ...[
        printable(request.id, 60),
        printable(request.trace, 80),
        printable(request.session, 60),
        String(request.turn),
      ],
      ...[ms, timeToFirstToken(request), timePerOutputToken(request)].map(formatNumber),
      ...[request.inputTokens ?? request.plannedInputTokens, request.cachedTokens, request.outputTokens].map(
        formatCount,
      ),
    ])
}

/** Sessions of plays, by the time from when their first request of the profiling phase was due to the end of their last: thinking and tools included. */
export function slowestSessions(requests: readonly ReportRequest[]): RunTableRows {
  const measured = requests.filter(({ phase, sentMs }) => phase === 'profiling' && sentMs !== undefined)
  const sessions = Map.groupBy(measured, ({ lane, play, trace, session }) =>
    JSON.stringify([lane, play, trace, session]),
  )
  return [...sessions.values()]
    .map((own) => {
      const fromMs = own.reduce((least, { dueMs }) => Math.min(least, dueMs), Infinity)
      const toMs = own.reduce((most, { doneMs }) => Math.max(most, doneMs), 0)
      const busyMs = own.reduce((sum, { sentMs, doneMs }) => sum + doneMs - sentMs!, 0)
      return { own, ms: toMs - fromMs, busyShare: toMs > fromMs ? Math.min(1, busyMs / (toMs - fromMs)) : undefined }
    })
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, SESSIONS_MAX)
    .map(({ own, ms, busyShare }) => {
      const [{ trace, session, lane, play }] = own as [ReportRequest]
      const failed = own.filter(({ outcome }) => outcome.kind === 'failed').length
      return [
        ...[printable(trace, 80), printable(session, 60)],
        ...[lane, play, own.length, failed].map(formatCount),
        ...[formatNumber(ms / 1000), formatShare(busyShare)],
      ]
    })
}
