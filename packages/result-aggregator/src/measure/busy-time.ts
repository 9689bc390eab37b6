/** How long at least one of the spans was under way: the length of their union. `spans`: from, to, from, to and so on, in any order. */
export function busyTime(spans: readonly number[]): number {
  const starts = spans.flatMap((_, i) => (i % 2 === 0 ? [i] : [])).sort((a, b) => spans[a]! - spans[b]!)
  let [busyMs, untilMs] = [0, -Infinity]
  for (const i of starts) {
    const [fromMs, toMs] = [spans[i]!, spans[i + 1]!]
    busyMs += Math.max(0, toMs - Math.max(fromMs, untilMs))
    untilMs = Math.max(untilMs, toMs)
  }
  return busyMs
}
