import { defaultLimits } from '../result/limits.ts'
import type { EarlyRule, Outlook } from './evidence.ts'
import { earlyRules } from './indicative-rules.ts'
import { renderSeconds } from './wording.ts'

/** A longer window may be cut, and a shorter one is never enough. */
const shortPlan: EarlyRule = ({ load: { until } }, { minWindowMs }) =>
  until.kind === 'window' && until.durationMs < minWindowMs
    ? `short-window: ${renderSeconds(until.durationMs)} will be measured; ${renderSeconds(minWindowMs)} or more show a steady state.`
    : undefined

/** What will stand against a result whatever is measured: none of these says that it will be valid. */
export function foresee(outlook: Outlook): string[] {
  return [...earlyRules, shortPlan].map((rule) => rule(outlook, defaultLimits)).filter((each) => each !== undefined)
}
