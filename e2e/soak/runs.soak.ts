import { test } from 'vitest'
import { killRuns } from '../kill-runs.ts'

const kills = 20

test('killed at 20 instants: a partial result, nothing lost that was a second old, and a resume to the end', () =>
  killRuns(Array.from({ length: kills }, (_, i) => Math.round(drawn(i) * 2_300))))

/** From 0 to 1, the same in each run. */
function drawn(i: number): number {
  const x = Math.sin(20_260 + i) * 10_000
  return x - Math.floor(x)
}
