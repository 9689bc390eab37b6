import { requestsSent } from '../result/requests-sent.ts'
import type { Counts } from '../result/result.ts'
import type { Rule } from './evidence.ts'
import { type Grade, isOfGrade } from './grade.ts'
import { renderShare } from './wording.ts'

/** Requests that failed, of those that were sent: what the plan left unsent could not fail. */
export function failedRequests(grade: Grade): Rule {
  return ({ counts }, limits) => {
    const sent = requestsSent(counts)
    const bounds = { warn: limits.failedWarnShare, fail: limits.failedShare }
    const share = sent === 0 ? undefined : counts.failed / sent
    if (!isOfGrade(share, bounds, grade)) return undefined
    const classes = Object.entries(counts.failures).map(([name, n]) => `${n} ${name}`)
    return (
      `failed-requests: ${counts.failed} of ${sent} requests failed (${renderShare(share)}, ` +
      `limit ${renderShare(bounds[grade])}): ${classes.join(', ')}. ${cureOf(counts, 'Mend the server or lower the load')}, then run again.`
    )
  }
}

/** Where most failures are of the client's own host, mending the server would mend nothing. */
function cureOf({ failed, failures }: Counts, cure: string): string {
  const own = failures['client-host'] ?? 0
  return own > failed / 2 ? "Mend the client's host, as the messages of its records say" : cure
}
