import { test } from 'vitest'
import { killCaptures } from '../capture-kill.ts'

const kills = 20

test('killed at 20 instants a capture has lost at most its last second', () =>
  killCaptures(Array.from({ length: kills }, (_, i) => 1_000 + Math.round(2_500 * drawn(i)))))

/** From 0 to 1, the same in each run. */
function drawn(i: number): number {
  const x = Math.sin(20_261 + i) * 10_000
  return x - Math.floor(x)
}
