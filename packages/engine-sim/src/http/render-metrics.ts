/** A distribution that counts, per upper bound, the values at or below it. */
export class Histogram {
  readonly bounds: readonly number[]
  /** Not cumulative; the last is for values above every bound. */
  readonly counts: number[]
  sum = 0

  /** `bounds` rise. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  /** @param count how often it was observed. */
  observe(value: number, count = 1): void {
    let slot = this.bounds.findIndex((bound) => value <= bound)
    if (slot < 0) slot = this.bounds.length
    this.counts[slot] = (this.counts[slot] ?? 0) + count
    this.sum += value * count
  }
}

export type Labels = Readonly<Record<string, string>>

/** A metric and its current samples. Counters are named with their `_total`. */
export type MetricFamily = {
  readonly name: string
  readonly help: string
} & (
  | { readonly type: 'gauge' | 'counter'; readonly samples: readonly { labels?: Labels; value: number }[] }
  | { readonly type: 'summary'; readonly totals: readonly { labels: Labels; count: number; sum: number }[] }
  | { readonly type: 'histogram'; readonly histogram: Histogram }
  | { readonly type: 'histogram'; readonly histograms: readonly { labels: Labels; histogram: Histogram }[] }
)

/**
 * A metrics page; `labels` go on every sample, and labels stand in alphabetical order.
 *
 * Source: Prometheus text exposition format 0.0.4.
 *
 * @param createdS Unix seconds since when what rises has been counted, as Python's client tells it in a family beside each; not told where absent.
 */
export function renderMetrics(families: readonly MetricFamily[], labels: Labels, createdS?: number): string {
  const pages = families.map((family) => {
    const page = renderFamily(family, labels)
    return createdS === undefined || family.type === 'gauge' ? page : page + renderCreated(family, labels, createdS)
  })
  return pages.join('')
}

function renderCreated(family: Exclude<MetricFamily, { type: 'gauge' }>, labels: Labels, createdS: number): string {
  const name = `${family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name}_created`
  const head = `# HELP ${name} ${family.help}\n# TYPE ${name} gauge\n`
  const each = seriesOf(family).map((own) => renderSample(name, createdS, { ...labels, ...own }))
  return head + each.join('')
}

/** Labels of each of a family's series, beyond those of all. */
function seriesOf(family: MetricFamily): readonly Labels[] {
  if ('samples' in family) return family.samples.map((sample) => sample.labels ?? {})
  if ('totals' in family) return family.totals.map((each) => each.labels)
  return 'histogram' in family ? [{}] : family.histograms.map((each) => each.labels)
}

function renderFamily(family: MetricFamily, labels: Labels): string {
  const head = `# HELP ${family.name} ${family.help}\n# TYPE ${family.name} ${family.type}\n`
  if (family.type === 'histogram') {
    const histograms = 'histogram' in family ? [{ labels: {}, histogram: family.histogram }] : family.histograms
    const rendered = histograms.map((each) =>
      renderHistogram(family.name, each.histogram, { ...labels, ...each.labels }),
    )
    return head + rendered.join('')
  }
  if (family.type === 'summary') {
    const rendered = family.totals.map(({ labels: own, count, sum }) => {
      const all = { ...labels, ...own }
      return renderSample(`${family.name}_count`, count, all) + renderSample(`${family.name}_sum`, sum, all)
    })
    return head + rendered.join('')
  }
  return (
    head +
    family.samples.map((sample) => renderSample(family.name, sample.value, { ...labels, ...sample.labels })).join('')
  )
}

function renderHistogram(name: string, { bounds, counts, sum }: Histogram, labels: Labels): string {
  let below = 0
  const buckets = counts.map((count, slot) => {
    below += count
    const bound = bounds[slot]
    return renderSample(`${name}_bucket`, below, { ...labels, le: bound === undefined ? '+Inf' : renderNumber(bound) })
  })
  return buckets.join('') + renderSample(`${name}_count`, below, labels) + renderSample(`${name}_sum`, sum, labels)
}

function renderSample(name: string, value: number, labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}="${escapeLabel(labels[key] ?? '')}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${renderNumber(value)}\n`
}

/** Whole numbers get a `.0`, as Python's client writes them. */
function renderNumber(value: number): string {
  const text = String(value)
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
