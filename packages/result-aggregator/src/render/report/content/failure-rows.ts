import { printable } from '@reprise/safe-text'
import { formatCount } from '../client/format-number.ts'
import type { RunTableRows } from '../client/run-tables.ts'
import type { ReportRequest } from './report-run.ts'

/** More rows than this no one reads. */
const ROWS_MAX = 30

/**
 * Failed requests by phase, class, status and the turns of their sessions, which double as in `breakdown`: how many, of how many that were sent of
 * these turns in that phase, and the first message. The most first.
 */
export function failureRows(requests: readonly ReportRequest[]): RunTableRows {
  const sent = Map.groupBy(
    requests.filter(({ sentMs, connectStartMs }) => sentMs !== undefined || connectStartMs !== undefined),
    placeOf,
  )
  const failed = requests.flatMap((request) =>
    request.outcome.kind === 'failed' ? [{ request, outcome: request.outcome }] : [],
  )
  const kinds = Map.groupBy(failed, ({ request, outcome }) =>
    JSON.stringify([placeOf(request), outcome.class, outcome.status]),
  )
  return [...kinds.values()]
    .toSorted((one, other) => other.length - one.length)
    .slice(0, ROWS_MAX)
    .map((same) => {
      const [{ request, outcome }] = same as [(typeof same)[number]]
      return [
        ...[request.phase, outcome.class, outcome.status === undefined ? 'none' : String(outcome.status)],
        ...[turnsOf(request.turn), formatCount(same.length), formatCount(sent.get(placeOf(request))?.length ?? 0)],
        printable(outcome.message, 160),
      ]
    })
}

function placeOf({ phase, turn }: ReportRequest): string {
  return `${phase} ${turnsOf(turn)}`
}

/** `0`, `1`, `2 to 3`, `4 to 7` and so on. */
function turnsOf(turn: number): string {
  if (turn < 2) return String(turn)
  const from = 2 ** Math.floor(Math.log2(turn))
  return `${from} to ${2 * from - 1}`
}
