import { printable } from '@reprise/safe-text'
import { type Problem, TraceError } from '../../problem.ts'
import type { RecordedRequest, RequestNeed } from '../../recording/build-traces.ts'
import type { RecordPlace } from '../../recording/trace-format.ts'
import type { RecordedRow } from './parse.ts'
import { wholePrompt } from './whole-prompt.ts'

export interface PlacedRow {
  readonly row: RecordedRow
  readonly place: RecordPlace
}

/**
 * The rows as requests that know what they wait for: with `wait_for` the rows it names, else the one before in the session. What a session
 * does not name is still sent in its order.
 *
 * A row without a session is one by itself, named by its rank in time.
 *
 * @throws TraceError where rows wait for one another in a circle.
 */
export function linkRows(
  rows: readonly PlacedRow[],
  { blockSize, freshId }: { readonly blockSize: number; readonly freshId: () => number },
): { readonly requests: RecordedRequest[]; readonly problems: Problem[] } {
  const problems: Problem[] = []
  const named = nameRows(rows)
  const byId = new Map(named.map((each) => [each.id, each]))
  const before = new Map<string, NamedRow>()
  const prompts = wholePrompt(blockSize, freshId)
  const requests = named.map((each): RecordedRequest => {
    const { row, id, session } = each
    const previous = before.get(session)
    before.set(session, each)
    const needs = needsOf(each, previous)
    const own = needs.find(({ on }) => on === previous?.id)
    return {
      id,
      session,
      startMs: row.timestampMs ?? Number.NaN,
      ...prompts(session, row),
      outputTokens: row.outputTokens,
      model: row.model,
      ...(own && row.delayMs !== undefined && { thinkMs: own.delayMs }),
      needs,
    }
  })
  return { requests: withStarts(requests), problems }

  function needsOf({ row, place }: NamedRow, previous: NamedRow | undefined): RequestNeed[] {
    const delayMs = row.delayMs ?? gapMs(previous?.row, row)
    const needs = (row.waitFor ?? []).flatMap((on): RequestNeed[] => {
      if (!byId.has(on)) {
        const message = `waits for ${printable(on)}, which is not in the file; this wait is left out`
        problems.push({ severity: 'warning', code: 'unknown-wait', ...place, message })
        return []
      }
      const relation = on === previous?.id ? 'sequence' : previous ? 'join' : 'spawn'
      return [{ on, trigger: 'completion', delayMs: row.delayMs ?? 0, relation }]
    })
    if (!previous || needs.some(({ on }) => on === previous.id)) return needs
    const sequence = { on: previous.id, trigger: 'completion', relation: 'sequence' } as const
    return [{ ...sequence, delayMs: needs.length > 0 ? (row.delayMs ?? 0) : delayMs }, ...needs]
  }
}

interface NamedRow extends PlacedRow {
  readonly id: string
  readonly session: string
}

function nameRows(rows: readonly PlacedRow[]): NamedRow[] {
  const digits = String(rows.length).length
  const inTime = rows.toSorted((a, b) => (a.row.timestampMs ?? 0) - (b.row.timestampMs ?? 0))
  const rank = new Map(inTime.map((each, index) => [each, index + 1]))
  return rows.map((each) => {
    const name = `request_${String(rank.get(each)).padStart(digits, '0')}`
    const { requestId, sessionId } = each.row
    return { ...each, id: requestId ?? name, session: sessionId ?? requestId ?? name }
  })
}

/** Between the times of the rows, the most that their gap can be: how long the server took is not recorded. */
function gapMs(previous: RecordedRow | undefined, { timestampMs }: RecordedRow): number {
  if (previous?.timestampMs === undefined || timestampMs === undefined) return 0
  return Math.max(0, timestampMs - previous.timestampMs)
}

/** Rows that give no time start as if every reply before them came at once. */
function withStarts(requests: readonly RecordedRequest[]): RecordedRequest[] {
  const starts = new Map<string, number>()
  const waiting = new Map(requests.map((request) => [request.id, request.needs.length]))
  const followers = new Map<string, RecordedRequest[]>()
  for (const request of requests) {
    for (const { on } of request.needs) {
      const known = followers.get(on)
      if (known) known.push(request)
      else followers.set(on, [request])
    }
  }
  const ready = requests.filter(({ needs }) => needs.length === 0)
  for (const request of ready) {
    const released = request.needs.map(({ on, delayMs }) => starts.get(on)! + delayMs)
    starts.set(request.id, Number.isNaN(request.startMs) ? Math.max(0, ...released) : request.startMs)
    for (const follower of followers.get(request.id) ?? []) {
      const left = waiting.get(follower.id)! - 1
      waiting.set(follower.id, left)
      if (left === 0) ready.push(follower)
    }
  }
  const stuck = requests.find(({ id }) => !starts.has(id))
  if (stuck)
    throw new TraceError(
      `rows wait for one another in a circle, among them ${printable(stuck.id)}; correct their wait_for`,
    )
  return requests.map((request) => ({ ...request, startMs: starts.get(request.id)! }))
}
