import { test } from 'vitest'
import { killRuns } from './kill-runs.ts'

// Twenty instants are tried by `npm run soak:runs`.
test(
  'killed at any instant: a partial result, nothing lost that was a second old, and a resume to the end',
  {
    timeout: 240_000,
  },
  () => killRuns([40, 800, 1_500]),
)
