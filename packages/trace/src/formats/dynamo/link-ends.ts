import type { RequestNeed } from '../../recording/build-traces.ts'
import type { RecordedEnd } from './parse.ts'

/** What of an end the links depend on. */
export type LinkedEnd = Pick<RecordedEnd, 'requestId' | 'startMs' | 'apiMs'> & { readonly session: string }

/**
 * What each request waits for, by its id. `ends` are sorted by time; `parentOf` leads in no circle.
 *
 * - `sequence`: the one before in the session has ended, and the recorded gap has passed.
 * - `spawn`, or `background` where nobody waits: the parent's latest request that was sent before the child's first was sent, so a child
 *   may run beside it.
 * - `join`: the child's last reply, for the parent's first request after it.
 *
 * Source: the lowering of Dynamo's AISimulate (Agentic Mooncake 2).
 */
export function linkEnds(
  ends: readonly LinkedEnd[],
  parentOf: (session: string) => string | undefined,
): Map<string, RequestNeed[]> {
  const sessions = new Map<string, LinkedEnd[]>()
  for (const end of ends) {
    const known = sessions.get(end.session)
    if (known) known.push(end)
    else sessions.set(end.session, [end])
  }
  const needs = new Map(ends.map(({ requestId }) => [requestId, [] as RequestNeed[]]))
  for (const [session, own] of sessions) {
    for (const [index, end] of own.entries())
      if (index > 0) needs.get(end.requestId)!.push(sequence(own[index - 1]!, end))
    const parent = parentOf(session)
    if (parent !== undefined) linkChild(own, sessions.get(parent) ?? [])
  }
  return needs

  function linkChild(child: readonly LinkedEnd[], parent: readonly LinkedEnd[]): void {
    const first = child[0]!
    const last = child.reduce((latest, end) => (endMs(end) > endMs(latest) ? end : latest))
    const source = lastIndexWith(parent, ({ startMs }) => startMs <= first.startMs)
    const consumer = parent.find(({ startMs }, index) => index > source && startMs >= endMs(last))
    if (source >= 0) {
      const from = parent[source]!
      needs.get(first.requestId)!.push({
        on: from.requestId,
        trigger: 'dispatch',
        delayMs: first.startMs - from.startMs,
        relation: consumer ? 'spawn' : 'background',
      })
    }
    if (!consumer) return
    const delayMs = consumer.startMs - endMs(last)
    needs.get(consumer.requestId)!.push({ on: last.requestId, trigger: 'completion', delayMs, relation: 'join' })
  }
}

function sequence(before: LinkedEnd, end: LinkedEnd): RequestNeed {
  const delayMs = Math.max(0, end.startMs - endMs(before))
  return { on: before.requestId, trigger: 'completion', delayMs, relation: 'sequence' }
}

/** Rounded as Dynamo does, whose clock counts milliseconds. */
export function endMs({ startMs, apiMs = 0 }: Pick<LinkedEnd, 'startMs' | 'apiMs'>): number {
  return startMs + Math.round(apiMs)
}

function lastIndexWith(ends: readonly LinkedEnd[], holds: (end: LinkedEnd) => boolean): number {
  let found = -1
  for (const [index, end] of ends.entries()) if (holds(end)) found = index
  return found
}
