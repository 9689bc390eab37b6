import { test } from 'vitest'
import { killCaptures } from './capture-kill.ts'

test(
  'a capture that is killed has lost at most its last second, and the check of its trace says what is missing',
  { timeout: 120_000 },
  () => killCaptures([150, 1_200, 1_600]),
)
