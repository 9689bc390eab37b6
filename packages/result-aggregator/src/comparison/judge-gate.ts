import type { ComparedFigure, GateOutcome, RunComparison } from '../result/run-comparison.ts'
import { changeText, intervalChangeText } from './change-text.ts'
import { noRatioWords } from './no-ratio-words.ts'

/** What must not be: B beyond A by more than so much. */
export interface Gate {
  /** As it was written. */
  readonly text: string
  /** One of `comparedFigureNames`. */
  readonly figure: string
  readonly beyond: 'above' | 'below'
  /** Of B / A - 1, or of B - A where the figure is a share. */
  readonly change: number
}

/** A server that fails so many more of its requests is not judged by those that it answered. */
const MORE_FAILURES = 0.01

/**
 * Fails where the whole interval lies beyond the limit, passes where none of it does. Else, and where the runs do not bear a judgement, it cannot be told.
 */
export function judgeGate(gate: Gate, comparison: Omit<RunComparison, 'gates'>): GateOutcome {
  const invalid = invalidText(comparison)
  if (invalid !== undefined) return { gate: gate.text, outcome: 'cannot tell', reason: invalid }
  const figure = comparison.figures.find(({ name }) => name === gate.figure)
  if (figure?.low === undefined || figure.high === undefined)
    return { gate: gate.text, outcome: 'cannot tell', reason: noRatioWords[figure?.notEstimable ?? 'not-measured'] }
  const told = `${figure.value === undefined ? '' : `${changeText(figure, figure.value)}, `}95 % interval ${intervalChangeText(figure)}`
  const outcome = outcomeOf(gate, figure as Known)
  const moreFailed = comparison.b.failedShare - comparison.a.failedShare
  if (outcome === 'passes' && moreFailed > MORE_FAILURES && !gate.figure.endsWith('.turns'))
    return {
      gate: gate.text,
      outcome: 'cannot tell',
      reason: `${told}; but B failed ${changeText({ kind: 'difference' }, moreFailed)} more of its requests than A, and they are in no such figure`,
    }
  return { gate: gate.text, outcome, reason: told }
}

type Known = ComparedFigure & { readonly low: number; readonly high: number }

function outcomeOf({ beyond, change }: Gate, { kind, low, high }: Known): GateOutcome['outcome'] {
  const neutral = kind === 'ratio' ? 1 : 0
  const [least, most] = [low - neutral, high - neutral]
  if (beyond === 'above') return least > change ? 'fails' : most <= change ? 'passes' : 'cannot tell'
  return most < change ? 'fails' : least >= change ? 'passes' : 'cannot tell'
}

function invalidText({ a, b }: Pick<RunComparison, 'a' | 'b'>): string | undefined {
  for (const [side, { runs }] of Object.entries({ A: a, B: b })) {
    const invalid = runs.find(({ verdict }) => verdict === 'invalid')
    if (invalid) return `${side} is invalid (${invalid.reasons[0] ?? 'no reason is given'})`
  }
  return undefined
}
