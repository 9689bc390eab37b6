import { printable } from '@reprise/safe-text'
import type { Problem } from '../../problem.ts'
import type { RecordedRequest, RequestNeed } from '../../recording/build-traces.ts'
import { rankNames } from '../../recording/rank-names.ts'
import type { RecordPlace } from '../../recording/trace-format.ts'
import type { RecordedRow } from './parse.ts'
import { releasedStarts } from './released-starts.ts'
import { wholePrompt } from './whole-prompt.ts'

export interface PlacedRow {
  readonly row: RecordedRow
  readonly place: RecordPlace
}

/**
 * The rows as requests that know what they wait for: with typed edges what these say, with `wait_for` the rows it names, else the one before in
 * the session. What a session does not name is still sent in its order.
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
    const needs = row.edges ? edgesOf(each, previous) : needsOf(each, previous)
    const own = needs.find(({ on }) => on === previous?.id)
    return {
      id,
      session,
      ...(row.play !== undefined && { group: row.play }),
      startMs: row.timestampMs ?? Number.NaN,
      ...prompts(session, row),
      outputTokens: row.outputTokens,
      model: row.model,
      ...(row.apiMs !== undefined && { apiMs: row.apiMs }),
      ...(own && row.delayMs !== undefined && { thinkMs: own.delayMs }),
      needs,
    }
  })
  return { requests: releasedStarts(requests), problems }

  function needsOf({ row, place }: NamedRow, previous: NamedRow | undefined): RequestNeed[] {
    const delayMs = row.delayMs ?? gapMs(previous?.row, row)
    const needs = (row.waitFor ?? []).flatMap((on): RequestNeed[] => {
      if (!isKnown(on, place)) return []
      const relation = on === previous?.id ? 'sequence' : previous ? 'join' : 'spawn'
      return [{ on, trigger: 'completion', delayMs: row.delayMs ?? 0, relation }]
    })
    if (!previous || needs.some(({ on }) => on === previous.id)) return needs
    const sequence = { on: previous.id, trigger: 'completion', relation: 'sequence' } as const
    return [{ ...sequence, delayMs: needs.length > 0 ? (row.delayMs ?? 0) : delayMs }, ...needs]
  }

  function edgesOf({ row, place }: NamedRow, previous: NamedRow | undefined): RequestNeed[] {
    const needs = row.edges!.filter(({ on }) => isKnown(on, place))
    if (!previous || needs.some(({ on, trigger }) => on === previous.id && trigger === 'completion')) return needs
    return [{ on: previous.id, trigger: 'completion', delayMs: 0, relation: 'sequence' }, ...needs]
  }

  function isKnown(on: string, place: RecordPlace): boolean {
    if (byId.has(on)) return true
    const message = `waits for ${printable(on)}, which is not in the file; this wait is left out`
    problems.push({ severity: 'warning', code: 'unknown-wait', ...place, message })
    return false
  }
}

interface NamedRow extends PlacedRow {
  readonly id: string
  readonly session: string
}

/** A session that is met in two plays is one in each. */
function nameRows(rows: readonly PlacedRow[]): NamedRow[] {
  const ranks = rankNames(rows.map(({ row }) => row.timestampMs ?? 0))
  const playOf = new Map<string, string | undefined>()
  return rows.map((each, index) => {
    const { requestId, sessionId, play } = each.row
    const id = requestId ?? ranks[index]!
    const session = sessionId ?? id
    if (!playOf.has(session)) playOf.set(session, play)
    return { ...each, id, session: playOf.get(session) === play ? session : `${play}/${session}` }
  })
}

/** Between the times of the rows, the most that their gap can be: how long the server took is not recorded. */
function gapMs(previous: RecordedRow | undefined, { timestampMs }: RecordedRow): number {
  if (previous?.timestampMs === undefined || timestampMs === undefined) return 0
  return Math.max(0, timestampMs - previous.timestampMs)
}
