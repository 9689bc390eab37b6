import { isWholeRun, type RunEnd } from '@reprise/replay-engine'
import { requestsSent } from '../result/requests-sent.ts'
import type { Evidence, Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'
import { lighter } from './other-load.ts'
import { renderSeconds } from './wording.ts'

/** Requests that the end of the run cut off: of the slowest, nothing is known. */
export function censored(grade: Grade): Rule {
  return ({ counts, completeness, load }, limits) => {
    const sent = requestsSent(counts)
    return isOfGrade(counts.cancelled, timesAll(limits.censoredShare, sent), grade)
      ? `censored: ${counts.cancelled} of ${sent} requests were still running when the run ended and were cancelled, ` +
          'so that means and the percentiles that these reach are not known. ' +
          cureOf(completeness.ended, load)
      : undefined
  }
}

/** The drain is the preset's own, and no flag lengthens it. */
function cureOf(ended: RunEnd | 'killed', load: Evidence['load']): string {
  return ended !== 'killed' && isWholeRun(ended)
    ? `They outlasted the drain of ${renderSeconds(load.drainMs)}: take ${lighter(load)}.`
    : 'Let the run reach its end.'
}

function timesAll({ warn, fail }: { readonly warn: number; readonly fail: number }, requests: number) {
  return { warn: warn * requests, fail: fail * requests }
}
