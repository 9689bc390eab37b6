import { requestsSent } from '../result/requests-sent.ts'
import type { Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'

/** Requests that the end of the run cut off: of the slowest, nothing is known. */
export function censored(grade: Grade): Rule {
  return ({ counts }, limits) => {
    const sent = requestsSent(counts)
    return isOfGrade(counts.cancelled, timesAll(limits.censoredShare, sent), grade)
      ? `censored: ${counts.cancelled} of ${sent} requests were still running when the run ended and were cancelled, ` +
          'so that means and the percentiles that these reach are not known. Allow a longer drain.'
      : undefined
  }
}

function timesAll({ warn, fail }: { readonly warn: number; readonly fail: number }, requests: number) {
  return { warn: warn * requests, fail: fail * requests }
}
