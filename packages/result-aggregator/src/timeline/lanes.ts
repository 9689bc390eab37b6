/**
 * A lane for each of some spans, so that those of a lane do not overlap: the lowest that is free when it begins. `spans` are sorted by start.
 */
export function lanesOf(spans: readonly { readonly ts: number; readonly dur: number }[]): number[] {
  const endOf: number[] = []
  return spans.map(({ ts, dur }) => {
    const free = endOf.findIndex((end) => end <= ts)
    const lane = free < 0 ? endOf.length : free
    endOf[lane] = ts + dur
    return lane
  })
}
