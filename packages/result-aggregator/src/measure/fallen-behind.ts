import { defaultLimits } from '../result/limits.ts'
import { requestsSent } from '../result/requests-sent.ts'
import type { Result } from '../result/result.ts'

/** Whether the end cut off so much of a run that its figures grow with the window. */
export function hasFallenBehind({ counts }: Pick<Result, 'counts'>): boolean {
  return counts.cancelled > defaultLimits.censoredShare.warn * requestsSent(counts)
}
