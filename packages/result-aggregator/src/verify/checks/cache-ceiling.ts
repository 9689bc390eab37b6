import { renderShare } from '../../measure/wording.ts'
import { defaultLimits } from '../../result/limits.ts'
import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/** Cached tokens, by the server's word, against what a cache without limit would have held that was empty when the run began. */
export const cacheCeiling: PhysicsCheck = ({ run: { target }, built: { cacheHit } }) => {
  const { measured, ideal } = cacheHit
  if (measured === undefined || ideal === undefined) return notChecked('the server tells no cached tokens')
  if (target.assistant === 'live')
    return notChecked('what a server holds of its own replies is in no block of the plan')
  if (target.prefixCache !== undefined)
    return notChecked(`the server's cache was ${target.prefixCache}, and may hold what earlier runs left`)
  const words = `${renderShare(measured)} of prompt tokens are said to be cached, and a cache without limit had held ${renderShare(ideal)}`
  return measured > ideal + defaultLimits.hitAboveIdeal
    ? fail(`${words}: the cache was not empty when the run began, or the counts are not true`)
    : pass(words)
}
