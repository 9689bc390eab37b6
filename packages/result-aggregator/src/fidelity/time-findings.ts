import { quantile } from '@reprise/trace/quantile'
import { begunMs } from '../audit/instant-problem.ts'
import { dispatchDelay } from '../measure/dispatch-delay.ts'
import type { Captured, CapturedTurn } from './captured-turns.ts'
import type { CaptureCheckName } from './check-list.ts'
import { absoluteQuantile, type Difference, type Finding } from './fidelity-check.ts'
import type { Pair, Replayed } from './replayed-turns.ts'
import { sessionKey, turnKey, turnName } from './turn-name.ts'

export interface TimeTerms {
  readonly pairs: readonly Pair[]
  /** Of recorded time in the run. */
  readonly timeScale: number
  /** From where the plan's times count on the run's clock. */
  readonly originMs: number
  /** What turns that wait for something are due by: their recorded times, or the recorded gaps after it. */
  readonly turns: 'recorded' | 'gaps'
}

/** Whether requests came when they were captured, and who is to blame where they did not: plan, clock, client, or the replies that they waited for. */
export function timeFindings(
  captured: Captured,
  replayed: Replayed,
  terms: TimeTerms,
): Partial<Record<CaptureCheckName, Finding>> {
  const due = terms.pairs.map((pair) => ({ pair, byMs: pair.record.dueMs - wantedMs(pair.captured, terms) }))
  const free = due.filter(({ pair }) => pair.captured.needs.length === 0)
  const shiftMs = medianOf(free.map(({ byMs }) => byMs)) ?? 0
  const timed = terms.turns === 'recorded' ? due : free
  return {
    'planned-times': plannedTimes(captured, replayed, terms),
    'clock-shift': spread(
      free.map(({ pair, byMs }) => difference(pair, byMs)),
      () => Math.abs(shiftMs),
    ),
    'client-lateness': clientLateness(terms.pairs),
    'arrival-drift': spread(
      timed.map(({ pair, byMs }) => difference(pair, byMs - shiftMs)),
      p90,
    ),
    gaps: spread(gaps(captured, terms), p90),
  }
}

function wantedMs({ startMs }: CapturedTurn, { timeScale, originMs }: TimeTerms): number {
  return originMs + startMs * timeScale
}

function difference({ captured }: Pair, by: number): Difference {
  return { name: turnName(captured), session: sessionKey(captured), by }
}

function spread(
  differences: readonly Difference[],
  valueFrom: (differences: readonly Difference[]) => number | undefined,
): Finding {
  const value = differences.length === 0 ? undefined : valueFrom(differences)
  return value === undefined ? { kind: 'not told', reason: nothing } : { kind: 'value', value, differences }
}

const nothing = 'no request that was captured and sent has one'

function p90(differences: readonly Difference[]): number | undefined {
  return absoluteQuantile(differences, 0.9)
}

function clientLateness(pairs: readonly Pair[]): Finding {
  const late = pairs.flatMap((pair): Difference[] => {
    const byMs = dispatchDelay(pair.record)
    return byMs === undefined ? [] : [difference(pair, byMs)]
  })
  return spread(late, (all) => absoluteQuantile(all, 0.99))
}

/** Rounding on the way through a plan is less. */
const plannedSlackMs = 1

function plannedTimes({ turns }: Captured, { planned }: Replayed, terms: TimeTerms): Finding {
  const withTimes = [...planned.values()].filter(({ planned: { targetMs } }) => targetMs !== undefined)
  if (withTimes.length === 0) return { kind: 'not told', reason: 'the plan goes by no recorded times' }
  const named = withTimes.flatMap((place) => {
    const captured = turns.get(turnKey(place))
    const byMs = captured ? place.planned.targetMs! - captured.startMs * terms.timeScale : 0
    return Math.abs(byMs) <= plannedSlackMs ? [] : [`${turnName(place)} (${Math.round(byMs)} ms)`]
  })
  return { kind: 'count', named }
}

/**
 * How much longer than captured the gap before a turn was. By recorded times the starts of two turns lie apart whatever the replies take; by gaps
 * the start lies behind the end.
 */
function gaps({ sessions }: Captured, { pairs, timeScale, turns }: TimeTerms): Difference[] {
  const recordOf = new Map(pairs.map(({ captured, record }) => [captured, record]))
  const found: Difference[] = []
  for (const own of sessions.values()) {
    for (const [index, turn] of own.entries()) {
      const before = own[index - 1]
      const [ours, theirs] = [recordOf.get(turn), before && recordOf.get(before)]
      if (!before || !ours || !theirs) continue
      const fromMs = turns === 'recorded' ? before.startMs : before.endMs
      if (fromMs === undefined) continue
      const replayedMs = begunMs(ours)! - (turns === 'recorded' ? begunMs(theirs)! : theirs.doneMs)
      found.push({
        name: turnName(turn),
        session: sessionKey(turn),
        by: replayedMs - (turn.startMs - fromMs) * timeScale,
      })
    }
  }
  return found
}

function medianOf(values: readonly number[]): number | undefined {
  return quantile(Float64Array.from(values).sort(), 0.5)
}
