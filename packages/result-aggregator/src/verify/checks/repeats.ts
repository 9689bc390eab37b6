import { renderShare } from '../../measure/wording.ts'
import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/** Replies that are few say nothing. */
const fewest = 20
const mostShare = 0.01

/** No two replies of a real server have the same latencies to the microsecond, but those that somebody wrote twice, under other ids or shifted in time. */
export const repeats: PhysicsCheck = ({ run, seen }) => {
  if (run.target.clock === 'virtual') return notChecked('on virtual time replies may be alike')
  const { of, repeated, example } = seen.repeats
  if (of < fewest) return notChecked(`${of} replies took long enough to be told apart, and ${fewest} are needed`)
  if (repeated > mostShare * of)
    return fail(
      `${repeated} of ${of} replies (${renderShare(repeated / of)}) have the latencies of another one to the microsecond, such as ${example}`,
    )
  return pass(`${of} replies, all but ${repeated} with latencies of their own`)
}
