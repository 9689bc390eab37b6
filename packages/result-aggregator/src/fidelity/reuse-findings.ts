import { type Corpus, cacheCeilings } from '@reprise/trace'
import { CacheHitMeter } from '../measure/cache-hit.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import type { Finding } from './fidelity-check.ts'
import type { Pair } from './replayed-turns.ts'

/** What could be reused, and what was: shares of the input of all requests together. */
export function reuseFindings(
  corpus: Corpus,
  pairs: readonly Pair[],
): Record<'ideal-reuse' | 'measured-reuse', Finding> {
  const meter = new CacheHitMeter()
  for (const { record } of pairs) meter.add(plausibleUsage(record))
  const { measured, ideal } = meter.result()
  const ceiling = cacheCeilings(corpus).all?.prefixRate
  return { 'ideal-reuse': idealReuse(ceiling, idealOf(pairs)), 'measured-reuse': measuredReuse(measured, ideal) }
}

/** Of what was sent, answered or not: it is the workload's. */
function idealOf(pairs: readonly Pair[]): number | undefined {
  let [hits, input] = [0, 0]
  for (const { record } of pairs) {
    hits += record.idealHitTokens
    input += record.plannedInputTokens
  }
  return input === 0 ? undefined : hits / input
}

function idealReuse(captured: number | undefined, ideal: number | undefined): Finding {
  if (captured === undefined) return { kind: 'not told', reason: 'the traces do not say what prompts share' }
  if (ideal === undefined) return { kind: 'not told', reason: 'nothing was sent' }
  return { kind: 'value', value: Math.abs(ideal - captured) }
}

function measuredReuse(measured: number | undefined, ideal: number | undefined): Finding {
  if (measured === undefined || ideal === undefined)
    return { kind: 'not told', reason: 'the server tells no cached tokens' }
  return { kind: 'value', value: Math.abs(measured - ideal) }
}
