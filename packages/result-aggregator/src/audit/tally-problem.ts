import type { RecordTally } from '../result/record-tally.ts'

/** Where the records that are there are not those that were written, by phase and outcome; in words. */
export function tallyProblem(found: RecordTally, written: RecordTally): string | undefined {
  for (const phase of ['warmup', 'profiling', 'drain'] as const) {
    for (const outcome of ['ok', 'failed', 'truncated', 'cancelled'] as const) {
      const [here, then] = [found[phase][outcome], written[phase][outcome]]
      if (here !== then) return `${here} of the phase ${phase} are ${outcome}, and the run wrote ${then}`
    }
  }
  return undefined
}
