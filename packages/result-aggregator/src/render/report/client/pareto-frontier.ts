/** A place in a chart of throughput over something a user feels. */
export interface Place {
  readonly x: number
  /** More is better. */
  readonly y: number
}

/**
 * The points that no other beats: none has a better x and at least as much y, or as good an x and more y. Sorted by rising x.
 * Of points at the same place the first stays. Places at or below 0 on either axis are not on it.
 *
 * Nothing is interpolated: between two points of a frontier nothing was measured.
 */
export function paretoFrontier<P extends Place>(points: readonly P[], better: 'higher-x' | 'lower-x'): P[] {
  const sign = better === 'higher-x' ? -1 : 1
  const ordered = points
    .filter(({ x, y }) => x > 0 && y > 0)
    .toSorted((one, other) => sign * (one.x - other.x) || other.y - one.y)
  const frontier: P[] = []
  for (const point of ordered) {
    const best = frontier.at(-1)
    if (!best || point.y > best.y) frontier.push(point)
  }
  return frontier.toSorted((one, other) => one.x - other.x)
}

/** The staircase that bounds what the frontier beats, corner by corner. */
export function stairsOf(frontier: readonly Place[], better: 'higher-x' | 'lower-x'): [number, number][] {
  return frontier.flatMap(({ x, y }, index): [number, number][] => {
    const next = frontier[index + 1]
    if (!next) return [[x, y]]
    return better === 'higher-x'
      ? [
          [x, y],
          [x, next.y],
        ]
      : [
          [x, y],
          [next.x, y],
        ]
  })
}
