import type { Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'

/** Requests that the end of the run cut off: of the slowest, the percentiles know nothing. */
export function censored(grade: Grade): Rule {
  return ({ counts }, limits) =>
    isOfGrade(counts.cancelled, timesAll(limits.censoredShare, counts.requests), grade)
      ? `censored: ${counts.cancelled} of ${counts.requests} requests were still running when the run ended and were cancelled. ` +
        'Success-only percentiles are too good; read those with failures, or allow a longer drain.'
      : undefined
}

function timesAll({ warn, fail }: { readonly warn: number; readonly fail: number }, requests: number) {
  return { warn: warn * requests, fail: fail * requests }
}
