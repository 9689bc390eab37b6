import { plausibleUsage } from '../measure/plausible-usage.ts'
import type { Captured } from './captured-turns.ts'
import type { CaptureCheckName } from './check-list.ts'
import type { Finding } from './fidelity-check.ts'
import type { Pair, Replayed, TurnOfPlan } from './replayed-turns.ts'
import { turnKey, turnName } from './turn-name.ts'

/** Whether inputs and outputs were as long as captured: as planned, and as the server counts them. */
export function lengthFindings(
  captured: Captured,
  replayed: Replayed,
  {
    pairs,
    leastPromptTokens = 0,
  }: { readonly pairs: readonly Pair[]; readonly leastPromptTokens?: number | undefined },
): Partial<Record<CaptureCheckName, Finding>> {
  return {
    'planned-input': planned(captured, replayed, 'inputTokens'),
    'planned-output': planned(captured, replayed, 'outputTokens'),
    'input-tokens': reported(pairs, 'inputTokens', { least: leastPromptTokens, share: true }),
    'output-tokens': reported(pairs, 'outputTokens', { least: 0, share: false }),
  }
}

type Length = 'inputTokens' | 'outputTokens'

function planned({ turns }: Captured, replayed: Replayed, length: Length): Finding {
  const other = [...replayed.planned.values()].flatMap((of: TurnOfPlan) => {
    const wanted = turns.get(turnKey(of))?.[length]
    return wanted === undefined || wanted === of.planned[length]
      ? []
      : [`${turnName(of)} (captured ${wanted}, planned ${of.planned[length]})`]
  })
  return { kind: 'count', named: other }
}

/** Of requests that ended well. A prompt shorter than the chat template itself cannot be exact. */
function reported(
  pairs: readonly Pair[],
  length: Length,
  { least, share }: { least: number; share: boolean },
): Finding {
  const known = pairs.flatMap(({ captured, record }) => {
    const told = record.outcome.kind === 'ok' ? plausibleUsage(record)[length] : undefined
    return told === undefined || captured[length] < least ? [] : [{ captured, wanted: captured[length], told }]
  })
  if (known.length === 0) return { kind: 'not told', reason: 'the server tells no lengths' }
  const other = known
    .filter(({ wanted, told }) => wanted !== told)
    .toSorted((one, another) => Math.abs(another.told - another.wanted) - Math.abs(one.told - one.wanted))
  const named = other.map(
    ({ captured, wanted, told }) => `${turnName(captured)} (captured ${wanted}, replayed ${told})`,
  )
  return { kind: 'count', named, ...(share && { of: known.length }) }
}
