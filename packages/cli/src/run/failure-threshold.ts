import type { RecordCounts } from '@reprise/replay-engine'
import { defaultLimits } from '@reprise/result-aggregator'

/** Requests before the share of failed ones means something. */
const FEWEST_REQUESTS = 50
/** Failures without a success between them after which a server counts as gone; with many lanes, two for each. */
const LONGEST_STREAK = 100

/**
 * Says when a run is hopeless: more requests failed than its result may hold and enough were sent to be sure, or the server does not
 * come back. Asked after each record; what came before it is remembered.
 */
export function failureThreshold(lanes = 1): (counts: RecordCounts) => boolean {
  const longestStreak = Math.max(LONGEST_STREAK, 2 * lanes)
  let before = { ok: 0, failed: 0 }
  let streak = 0
  return ({ requests, ok, failed }) => {
    streak = ok > before.ok ? 0 : streak + failed - before.failed
    before = { ok, failed }
    const tooMany = requests >= FEWEST_REQUESTS && failed / requests > defaultLimits.failedShare
    return tooMany || streak >= longestStreak
  }
}
