import type { RequestRecord } from '@reprise/replay-engine'
import { endToEnd } from '../measure/end-to-end.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { timePerOutputToken } from '../measure/time-per-token.ts'
import { timeToFirstToken } from '../measure/time-to-first-token.ts'
import { absoluteQuantile, type Difference, type Finding } from './fidelity-check.ts'

/** What a server did with a request; absent is what nobody saw. */
export interface Served {
  readonly name: string
  readonly ttftMs?: number
  readonly tpotMs?: number
  readonly e2eMs?: number
  /** Of its input, the share that came from a cache. */
  readonly hitShare?: number
}

export type ServedTime = 'ttftMs' | 'tpotMs' | 'e2eMs'

/** Of a request that ended well; nothing of any other. */
export function servedOf(told: RequestRecord, name: string): Served {
  if (told.outcome.kind !== 'ok') return { name }
  const record = plausibleUsage(told)
  const [ttftMs, tpotMs, e2eMs] = [timeToFirstToken(record), timePerOutputToken(record), endToEnd(record)]
  const { cachedTokens, inputTokens = record.plannedInputTokens } = record
  return {
    name,
    ...(ttftMs !== undefined && { ttftMs }),
    ...(tpotMs !== undefined && { tpotMs }),
    ...(e2eMs !== undefined && { e2eMs }),
    ...(cachedTokens !== undefined && inputTokens > 0 && { hitShare: cachedTokens / inputTokens }),
  }
}

export type ServedPair = readonly [a: Served, b: Served]

/** `b / a - 1` of each request that has both: its median without its sign. A time of 0 has no share. */
export function timeErrors(pairs: readonly ServedPair[], time: ServedTime): Finding {
  const differences = pairs.flatMap(([a, b]): Difference[] => {
    const [before, after] = [a[time], b[time]]
    return before === undefined || after === undefined || before <= 0 ? [] : [{ name: a.name, by: after / before - 1 }]
  })
  const value = absoluteQuantile(differences, 0.5)
  return value === undefined
    ? { kind: 'not told', reason: 'no request has it on both sides' }
    : { kind: 'value', value, differences }
}

/** `b - a` of each request that has both: its mean without its sign. */
export function hitErrors(pairs: readonly ServedPair[]): Finding {
  const differences = pairs.flatMap(([{ name, hitShare: a }, { hitShare: b }]): Difference[] =>
    a === undefined || b === undefined ? [] : [{ name, by: b - a }],
  )
  if (differences.length === 0) return { kind: 'not told', reason: 'no request has it on both sides' }
  const value = differences.reduce((sum, { by }) => sum + Math.abs(by), 0) / differences.length
  return { kind: 'value', value, differences }
}
