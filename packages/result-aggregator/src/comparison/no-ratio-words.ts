import { reasonWords } from '../render/interval-text.ts'
import type { NoRatioReason } from '../result/run-comparison.ts'

/** Why there is no interval, for whoever wonders. */
export const noRatioWords: Readonly<Record<NoRatioReason, string>> = {
  ...reasonWords,
  'short-window': 'the window is too short: a pace of runs of other plans takes an hour, all else ten minutes',
  'other-plans': 'runs of other plans do not have the same turns',
  failures: 'it would reach into turns that failed',
  'not-measured': 'not measured on both sides',
}
