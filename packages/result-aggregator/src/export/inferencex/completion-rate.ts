/**
 * Requests that ended in each whole second after the first end, as long as there are whole seconds; `undefined` where there are fewer than two
 * ends, or no time between them. `sortedS` rises, in seconds.
 *
 * Source: InferenceX, request_metrics.py, compute_qps_stats.
 */
export function completionsPerS(sortedS: Float64Array): Float64Array | undefined {
  const [first, last] = [sortedS[0], sortedS.at(-1)]
  if (first === undefined || last === undefined || last <= first) return undefined
  const counts: number[] = []
  let next = 0
  for (let fromS = first; fromS + 1 <= last; fromS += 1) {
    const before = next
    while (sortedS[next]! < fromS + 1) next += 1
    counts.push(next - before)
  }
  return Float64Array.from(counts).sort()
}
