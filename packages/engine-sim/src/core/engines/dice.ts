import { mixKey } from '../mix-key.ts'

/** Numbers from 0 up to 1, exclusively: the next one with each call, and the same ones for the same seed. */
export function diceOf(seed: number): () => number {
  let drawn = 0
  return () => {
    drawn += 1
    return mixKey(mixKey(1, seed), drawn) / 2 ** 52
  }
}
