import type { Labels, MetricFamily } from '../render-metrics.ts'

/** The families of several ranks as one page: each sample says whose it is. Of a single rank they are as they are. */
export function familiesOfRanks(ranks: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const [first = [], ...others] = ranks
  if (others.length === 0) return first
  return first.map((family, at) => joined([family, ...others.map((families) => families[at]!)]))
}

function joined(ranks: readonly MetricFamily[]): MetricFamily {
  const { name, help, type } = ranks[0]!
  const ofRank = <T>(of: (family: MetricFamily) => readonly { labels?: Labels; value: T }[]) =>
    ranks.flatMap((family, rank) =>
      of(family).map(({ labels, value }) => ({ labels: { ...labels, dp_rank: String(rank) }, value })),
    )
  if (type === 'summary') {
    const totals = ofRank((family) =>
      'totals' in family ? family.totals.map(({ labels, ...value }) => ({ labels, value })) : [],
    )
    return { name, help, type, totals: totals.map(({ labels, value }) => ({ labels, ...value })) }
  }
  if (type !== 'histogram')
    return { name, help, type, samples: ofRank((family) => ('samples' in family ? family.samples : [])) }
  const histograms = ofRank((family) => ('histogram' in family ? [{ value: family.histogram }] : []))
  return { name, help, type, histograms: histograms.map(({ labels, value }) => ({ labels, histogram: value })) }
}
