import { INTERVAL_LEVEL } from './interval-family.ts'

/** So many values a quantile needs: with fewer even independent ones would not bound it on both sides, since the nearest to it would be the outermost. */
export function leastValues(p: number): number {
  const tail = (1 - INTERVAL_LEVEL) / 2
  return Math.ceil(Math.log(tail) / Math.log(Math.max(p, 1 - p)))
}
