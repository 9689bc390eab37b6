import { type Corpus, cacheCeilings, type Session } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import { quantile } from '@reprise/trace/quantile'
import type { Fidelity } from '../result/fidelity.ts'
import { alignedCapture } from './aligned-capture.ts'
import { type Captured, type CapturedTurn, capturedTurns } from './captured-turns.ts'
import type { CapturesCheckName } from './check-list.ts'
import { capturesConditions } from './conditions.ts'
import { absoluteQuantile, type Difference, type Finding } from './fidelity-check.ts'
import { type FidelityOptions, judgeFidelity } from './judge-fidelity.ts'
import { timeErrors } from './paired-errors.ts'
import { sessionKey, sessionName, turnKey, turnName } from './turn-name.ts'

/** Traces, and what they are called. */
export interface NamedCapture {
  readonly corpus: Corpus
  readonly name: string
}

type TurnPair = readonly [a: CapturedTurn, b: CapturedTurn]

/**
 * Whether a capture holds the workload of another: of a replay, for instance, that was captured as what it replays was. Their clocks are laid over
 * one another where half of the requests are later, and half earlier.
 */
export function compareCaptures(a: NamedCapture, b: NamedCapture, options: FidelityOptions = {}): Fidelity {
  const aligned = alignedCapture(a.corpus, b.corpus)
  const [ofA, ofB] = [capturedTurns(a.corpus), capturedTurns(aligned.corpus)]
  const pairs = [...ofA.turns].flatMap(([key, turn]): TurnPair[] => {
    const other = ofB.turns.get(key)
    return other ? [[turn, other]] : []
  })
  const offsets = offsetsOf(pairs)
  const findings: Record<CapturesCheckName, Finding> = {
    'missing-sessions': counted(missing(ofA, ofB).sessions),
    'missing-turns': counted(missing(ofA, ofB).turns),
    'extra-requests': counted(extra(ofA, ofB)),
    order: counted(outOfOrder(pairs, ofB)),
    'input-tokens': { ...lengths(pairs, 'inputTokens'), of: pairs.length },
    'output-tokens': lengths(pairs, 'outputTokens'),
    'start-offsets': spread(offsets, 0.99),
    gaps: spread(gaps(pairs), 0.9),
    'block-sharing': counted(sharedOtherwise(a.corpus, aligned.corpus)),
    'ideal-reuse': idealReuse(a.corpus, aligned.corpus),
    'measured-reuse': measuredReuse(pairs),
    'first-token': timeErrors(pairs.map(served), 'ttftMs'),
    'service-time': timeErrors(pairs.map(served), 'e2eMs'),
  }
  const unsaid = (['first-token', 'service-time'] as const).filter((name) => options.limits?.[name] === undefined)
  const why = 'the traces do not say what served them; judged with --limit NAME=X, where it was the same'
  return judgeFidelity(
    {
      ...{ kind: 'captures', a: a.name, b: b.name, findings },
      conditions: capturesConditions(a.corpus, b.corpus, { before: aligned.before }),
      counts: {
        ...{ captured: ofA.turns.size, dispatched: ofB.turns.size },
        sessions: { captured: ofA.sessions.size, dispatched: ofB.sessions.size },
      },
      unjudged: Object.fromEntries(unsaid.map((name) => [name, why])),
    },
    options,
  )
}

function counted(named: readonly string[]): Finding & { kind: 'count' } {
  return { kind: 'count', named }
}

/** Of a session that is missing as a whole, no turn is told. */
function missing({ sessions }: Captured, other: Captured): { sessions: string[]; turns: string[] } {
  const found = { sessions: [] as string[], turns: [] as string[] }
  for (const [key, own] of sessions) {
    if (own.length === 0) continue
    if (!other.sessions.has(key)) found.sessions.push(sessionName(own[0]!))
    else found.turns.push(...own.filter((each) => !other.turns.has(turnKey(each))).map(turnName))
  }
  return found
}

function extra({ turns, sessions }: Captured, other: Captured): string[] {
  return [...other.turns]
    .filter(([key]) => !turns.has(key))
    .map(([, turn]) => `${turnName(turn)} (${sessions.has(sessionKey(turn)) ? 'no such turn' : 'no such session'})`)
}

/** As coarse as the times of a trace are. */
const slackMs = 1

/** Whether a request came before what it waited for in the first capture had ended, or begun, in the second. */
function outOfOrder(pairs: readonly TurnPair[], { turns }: Captured): string[] {
  return pairs.flatMap(([{ needs }, turn]) => {
    const early = needs.find(({ key, trigger }) => {
      const before = turns.get(key)
      const metMs = trigger === 'completion' ? before?.endMs : before?.startMs
      return metMs !== undefined && turn.startMs < metMs - slackMs
    })
    const before = early && turns.get(early.key)
    return before
      ? [`${turnName(turn)} (before ${turnName(before)} ${early.trigger === 'completion' ? 'had ended' : 'had begun'})`]
      : []
  })
}

function lengths(pairs: readonly TurnPair[], length: 'inputTokens' | 'outputTokens'): Finding & { kind: 'count' } {
  return counted(
    pairs
      .filter(([a, b]) => a[length] !== b[length])
      .map(([a, b]) => `${turnName(a)} (${a[length]} in A, ${b[length]} in B)`),
  )
}

/** How much later than in A each request came in B, less what half of them were later by: two captures have no clock in common. */
function offsetsOf(pairs: readonly TurnPair[]): Difference[] {
  const shifts = pairs.map(([a, b]) => b.startMs - a.startMs)
  const clockShiftMs = quantile(Float64Array.from(shifts).sort(), 0.5) ?? 0
  return pairs.map(([a], index) => ({
    ...{ name: turnName(a), session: sessionKey(a) },
    by: shifts[index]! - clockShiftMs,
  }))
}

function gaps(pairs: readonly TurnPair[]): Difference[] {
  const byKey = new Map(pairs.map((pair) => [turnKey(pair[0]), pair]))
  return pairs.flatMap(([a, b]) => {
    const before = byKey.get(turnKey({ ...a, turn: a.turn - 1 }))
    if (!before) return []
    const by = b.startMs - before[1].startMs - (a.startMs - before[0].startMs)
    return [{ name: turnName(a), session: sessionKey(a), by }]
  })
}

function spread(differences: readonly Difference[], p: number): Finding {
  const value = absoluteQuantile(differences, p)
  return value === undefined ? untold : { kind: 'value', value, differences }
}

const untold: Finding = { kind: 'not told', reason: 'no request of both has one' }

/** Turns whose blocks are not those that other turns share with them: equal on one side and not on the other. Whatever blocks are called. */
function sharedOtherwise(a: Corpus, b: Corpus): string[] {
  const sessionsOfB = new Map(
    b.traces.flatMap(({ id: trace, sessions }) =>
      sessions.map((session): [string, Session] => [sessionKey({ trace, session: session.id }), session]),
    ),
  )
  const [toB, toA] = [new Map<string, string>(), new Map<string, string>()]
  const scope = (corpus: Corpus, trace: string) => (corpus.blockScope === 'global' ? '' : trace)
  const areAlike = (one: string, other: string) => {
    if (!toB.has(one) && !toA.has(other)) {
      toB.set(one, other)
      toA.set(other, one)
    }
    return toB.get(one) === other && toA.get(other) === one
  }
  const named: string[] = []
  for (const { id: trace, sessions } of a.traces) {
    for (const session of sessions) {
      const other = sessionsOfB.get(sessionKey({ trace, session: session.id }))
      for (let turn = 0; turn < Math.min(session.turns.length, other?.turns.length ?? 0); turn += 1) {
        const [ours, theirs] = [blocksOf(session, turn), blocksOf(other!, turn)]
        const differs = ours.findIndex(
          (block, index) =>
            index >= theirs.length || !areAlike(`${scope(a, trace)} ${block}`, `${scope(b, trace)} ${theirs[index]}`),
        )
        const place = turnName({ trace, session: session.id, turn })
        if (differs >= 0) named.push(`${place} (from block ${differs})`)
        else if (theirs.length > ours.length) named.push(`${place} (from block ${ours.length})`)
      }
    }
  }
  return named
}

function idealReuse(a: Corpus, b: Corpus): Finding {
  const [ours, theirs] = [cacheCeilings(a).all?.prefixRate, cacheCeilings(b).all?.prefixRate]
  if (ours === undefined || theirs === undefined)
    return { kind: 'not told', reason: 'the traces do not say what prompts share' }
  return { kind: 'value', value: Math.abs(theirs - ours) }
}

/** Of requests of which both sides tell it. */
function measuredReuse(pairs: readonly TurnPair[]): Finding {
  const known = pairs.filter(([a, b]) => a.cachedTokens !== undefined && b.cachedTokens !== undefined)
  const share = (side: 0 | 1) =>
    known.reduce((sum, pair) => sum + pair[side].cachedTokens!, 0) /
    known.reduce((sum, pair) => sum + pair[side].inputTokens, 0)
  if (known.length === 0) return { kind: 'not told', reason: 'the servers tell no cached tokens' }
  return { kind: 'value', value: Math.abs(share(1) - share(0)) }
}

function served([a, b]: TurnPair) {
  const of = ({ ttftMs, startMs, endMs }: CapturedTurn) => ({
    name: turnName(a),
    ...(ttftMs !== undefined && { ttftMs }),
    ...(endMs !== undefined && { e2eMs: endMs - startMs }),
  })
  return [of(a), of(b)] as const
}
