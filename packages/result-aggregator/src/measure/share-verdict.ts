import type { ObjectiveShare } from '../result/objective.ts'

/**
 * Whether a share is above or below the wanted one by more than it may be off. A server that falls behind serves worse and worse: of it nothing
 * can be said to keep.
 */
export function shareVerdict(
  share: number,
  wanted: number,
  uncertainty: number,
  fellBehind: boolean,
): Pick<ObjectiveShare, 'verdict' | 'why'> {
  if (share < wanted - uncertainty) return { verdict: 'breaks' }
  if (wanted + uncertainty >= 1) return { verdict: 'unclear', why: 'beyond-values' }
  if (share < wanted + uncertainty) return { verdict: 'unclear', why: 'close' }
  return fellBehind ? { verdict: 'unclear', why: 'fell-behind' } : { verdict: 'keeps' }
}
