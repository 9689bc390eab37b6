import { printable } from '@reprise/safe-text'
import { sessionKey, sessionName } from '../../fidelity/turn-name.ts'
import type { TimelineRequest, TimelineSource } from '../../timeline/timeline-source.ts'
import type { OverlaidRequest, OverlaidSession } from './client/overlay-data.ts'

/** One side of an overlay. */
export interface OverlaidSource {
  readonly source: TimelineSource
  /** Where its times count from. */
  readonly originMs: number
  /** Times are drawn so many times as long. */
  readonly scale: number
}

export interface Overlay {
  readonly sessions: readonly OverlaidSession[]
  readonly sessionsInAll: number
  /** Of each request that both have, the start of the first side and how much later the other's was, by time. */
  readonly drifts: readonly (readonly [startMs: number, byMs: number])[]
}

/** So many sessions and requests make a page that a browser draws at once. */
const mostSessions = 150
const mostRequests = 6_000

/**
 * Two timelines as one, session by session. Where there are more sessions than a page takes, those stay that differ most: that one side alone
 * has, or whose requests began furthest apart.
 */
export function overlayOf(a: OverlaidSource, b: OverlaidSource): Overlay {
  const [ofA, ofB] = [bySession(a), bySession(b)]
  const all = [...new Set([...ofA.keys(), ...ofB.keys()])].map((key) => {
    const [own, other] = [ofA.get(key), ofB.get(key)]
    const session = { name: (own ?? other)!.name, a: own?.requests ?? [], b: other?.requests ?? [] }
    return {
      session,
      drifts: driftsOf(session),
      beginMs: Math.min(...[...session.a, ...session.b].map(([, ms]) => ms)),
    }
  })
  return {
    sessions: worst(all).map(({ session }) => session),
    sessionsInAll: all.length,
    drifts: all.flatMap(({ drifts }) => drifts).sort(([one], [other]) => one - other),
  }
}

interface Compared {
  readonly session: OverlaidSession
  readonly drifts: readonly (readonly [startMs: number, byMs: number])[]
  readonly beginMs: number
}

function worst(all: readonly Compared[]): Compared[] {
  const kept: Compared[] = []
  let requests = 0
  for (const each of all.toSorted((one, other) => apart(other) - apart(one) || one.beginMs - other.beginMs)) {
    requests += each.session.a.length + each.session.b.length
    if (kept.length >= mostSessions || (requests > mostRequests && kept.length > 0)) break
    kept.push(each)
  }
  return kept.sort((one, other) => one.beginMs - other.beginMs || (one.session.name < other.session.name ? -1 : 1))
}

function apart({ session: { a, b }, drifts }: Compared): number {
  if (a.length !== b.length) return Number.MAX_VALUE
  return drifts.reduce((most, [, byMs]) => Math.max(most, Math.abs(byMs)), 0)
}

function driftsOf({ a, b }: OverlaidSession): (readonly [number, number])[] {
  const starts = new Map(b.map(([turn, startMs]) => [turn, startMs]))
  return a.flatMap(([turn, startMs]) => {
    const other = starts.get(turn)
    return other === undefined ? [] : [[startMs, other - startMs] as const]
  })
}

function bySession({ source, originMs, scale }: OverlaidSource) {
  const sessions = new Map<string, { name: string; requests: OverlaidRequest[] }>()
  for (const request of source.requests) {
    const { trace = '', session = '', turn = 0 } = request.facts
    const place = { trace: String(trace), session: String(session) }
    const key = sessionKey(place)
    const known = sessions.get(key) ?? { name: printable(sessionName(place), 200), requests: [] }
    known.requests.push(overlaid(request, Number(turn), (ms) => (ms - originMs) * scale))
    sessions.set(key, known)
  }
  for (const { requests } of sessions.values()) requests.sort((one, other) => one[1] - other[1])
  return sessions
}

function overlaid(request: TimelineRequest, turn: number, at: (ms: number) => number): OverlaidRequest {
  const { startMs, sentMs = startMs, firstTokenMs, endMs, facts } = request
  const of = (ms: number | undefined) => (ms === undefined ? -1 : Math.max(0, round(at(ms))))
  return [turn, of(sentMs), of(firstTokenMs), of(endMs), String(facts.outcome ?? '')]
}

function round(ms: number): number {
  return Math.round(10 * ms) / 10
}
