import { type IntervalFamily, intervalFamilies } from '../interval/interval-family.ts'

/**
 * What the same turns of two runs differ in spreads by how the times fall together: the lanes of both drift apart. What they share, the load of a busy
 * server above all, has gone; so a pace needs no hour, and a median no wider interval than a tail.
 *
 * Measured: docs/compare.md.
 */
export const pairedFamily: IntervalFamily = {
  ...intervalFamilies.response,
  degrees: ({ effectivePlays }) => Math.min(effectivePlays - 1, 4),
}
