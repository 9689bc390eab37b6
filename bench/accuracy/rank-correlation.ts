/** Spearman's coefficient: the linear correlation of ranks, equal values sharing the mean of theirs. Undefined where all values of a side are equal. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number | undefined {
  const [one, other] = [ranksOf(pairs.map(([value]) => value)), ranksOf(pairs.map(([, value]) => value))]
  const mean = (pairs.length + 1) / 2
  const sum = (term: (at: number) => number) => pairs.reduce((total, _pair, at) => total + term(at), 0)
  const spread = (ranks: readonly number[]) => sum((at) => (ranks[at]! - mean) ** 2)
  const scale = Math.sqrt(spread(one) * spread(other))
  return scale === 0 ? undefined : sum((at) => (one[at]! - mean) * (other[at]! - mean)) / scale
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_value, at) => at).sort((a, b) => values[a]! - values[b]!)
  const ranks: number[] = []
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to += 1
    for (let at = from; at <= to; at += 1) ranks[order[at]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}
