import type { RequestRecord } from '@reprise/replay-engine'
import { z } from 'zod'

const count = z.int().nonnegative()
const Outcomes = z.strictObject({ ok: count, failed: count, truncated: count, cancelled: count })

/** Records that an attempt wrote, by phase and outcome: with them a journal that lost some is known. */
export const RecordTally = z.strictObject({ warmup: Outcomes, profiling: Outcomes, drain: Outcomes })
export type RecordTally = z.infer<typeof RecordTally>

export function emptyTally(): RecordTally {
  const none = () => ({ ok: 0, failed: 0, truncated: 0, cancelled: 0 })
  return { warmup: none(), profiling: none(), drain: none() }
}

/** Counts the record in `tally`. */
export function countRecord(tally: RecordTally, { phase, outcome }: Pick<RequestRecord, 'phase' | 'outcome'>): void {
  tally[phase][outcome.kind] += 1
}
