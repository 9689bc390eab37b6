import { type Corpus, cacheCeilings } from '@reprise/trace'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import type { Difference, Finding } from './fidelity-check.ts'
import type { Pair } from './replayed-turns.ts'
import { turnName } from './turn-name.ts'

/** What could be reused, and what was: shares of the input of all requests together. */
export function reuseFindings(
  corpus: Corpus,
  pairs: readonly Pair[],
): Record<'ideal-reuse' | 'measured-reuse', Finding> {
  return { 'ideal-reuse': idealReuse(corpus, pairs), 'measured-reuse': measuredReuse(pairs) }
}

/** Of what was sent, answered or not: it is the workload's. */
function idealReuse(corpus: Corpus, pairs: readonly Pair[]): Finding {
  const captured = cacheCeilings(corpus).all?.prefixRate
  const replayed = shareOf(pairs.map(({ record }) => [record.idealHitTokens, record.plannedInputTokens]))
  if (captured === undefined) return { kind: 'not told', reason: 'the traces do not say what prompts share' }
  if (replayed === undefined) return { kind: 'not told', reason: 'nothing was sent' }
  return { kind: 'value', value: Math.abs(replayed - captured) }
}

/** A request's tokens from a cache, on both sides, and those of its input. */
interface Reuse {
  readonly name: string
  readonly wanted: readonly [hits: number, input: number]
  readonly found: readonly [hits: number, input: number]
}

/** Beside what the captured server said that it took from its cache, where it did; else beside the run's own ideal. */
function measuredReuse(pairs: readonly Pair[]): Finding {
  const known = pairs.flatMap(({ captured, record: told }) => {
    const { outcome, cachedTokens, inputTokens, plannedInputTokens, idealHitTokens } = plausibleUsage(told)
    if (outcome.kind !== 'ok' || cachedTokens === undefined) return []
    const found = [cachedTokens, inputTokens ?? plannedInputTokens] as const
    return [{ name: turnName(captured), captured, found, ideal: [idealHitTokens, plannedInputTokens] as const }]
  })
  if (known.length === 0) return { kind: 'not told', reason: 'the server tells no cached tokens' }
  const recorded = known.flatMap(({ name, captured: { cachedTokens, inputTokens }, found }): Reuse[] =>
    cachedTokens === undefined ? [] : [{ name, found, wanted: [cachedTokens, inputTokens] }],
  )
  const all =
    recorded.length > 0 ? recorded : known.map(({ name, found, ideal }): Reuse => ({ name, found, wanted: ideal }))
  const [wanted, found] = [shareOf(all.map((each) => each.wanted)), shareOf(all.map((each) => each.found))]
  if (wanted === undefined || found === undefined) return { kind: 'not told', reason: 'no prompt has a token' }
  return { kind: 'value', value: Math.abs(found - wanted), differences: all.flatMap(differenceOf) }
}

function differenceOf({ name, wanted, found }: Reuse): Difference[] {
  const [before, after] = [shareOf([wanted]), shareOf([found])]
  return before === undefined || after === undefined ? [] : [{ name, by: after - before }]
}

function shareOf(all: readonly (readonly [hits: number, input: number])[]): number | undefined {
  const input = all.reduce((sum, [, tokens]) => sum + tokens, 0)
  return input === 0 ? undefined : all.reduce((sum, [hits]) => sum + hits, 0) / input
}
