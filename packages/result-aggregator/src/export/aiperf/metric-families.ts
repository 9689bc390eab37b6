import { parseSeriesKey } from '@reprise/telemetry'
import type { SampledPage } from './sampled-pages.ts'

/** A metric of pages, as AIPerf names and types it: by the names of its series, since what a page says of types and meanings is not kept. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** In the order of their addresses and labels. */
  readonly members: readonly FamilyMember[]
}

export interface FamilyMember {
  readonly page: SampledPage
  readonly labels: Readonly<Record<string, string>>
  /** The text of its series; of a histogram those of its parts, buckets by their bounds. */
  readonly parts: ReadonlyMap<string, string>
}

/**
 * The metrics of pages in the order of their names. A counter is called without `_total`; dates of creation and summaries are left out, as there.
 *
 * Source: AIPerf 0.13.0, server_metrics/data_collector.py and json_exporter.py.
 */
export function metricFamilies(pages: readonly SampledPage[]): MetricFamily[] {
  const series = pages.flatMap((page) =>
    [...page.series.keys()].flatMap((text) => {
      const key = parseSeriesKey(text)
      return key ? [{ page, text, ...key }] : []
    }),
  )
  const names = new Set(series.map(({ name }) => name))
  const summed = new Set(series.filter(({ labels }) => labels.has('quantile')).map(({ name }) => name))
  const families = new Map<string, { type: MetricFamily['type']; members: Map<string, MutableMember> }>()
  for (const { page, text, name, labels } of series) {
    const place = placeOf(name, labels, { names, summed })
    if (!place) continue
    const family = families.get(place.family) ?? { type: place.type, members: new Map() }
    families.set(place.family, family)
    const own = [...labels].filter(([label]) => !(place.type === 'histogram' && label === 'le'))
    const at = JSON.stringify([page.url, own])
    const member = family.members.get(at) ?? { page, labels: Object.fromEntries(own), parts: new Map() }
    family.members.set(at, member)
    member.parts.set(place.part, text)
  }
  return [...families]
    .sort(([one], [other]) => compare(one, other))
    .map(([name, { type, members }]) => ({
      ...{ name, type },
      members: [...members].sort(([one], [other]) => compare(one, other)).map(([, member]) => member),
    }))
}

interface MutableMember extends FamilyMember {
  readonly parts: Map<string, string>
}

interface Place {
  readonly family: string
  readonly type: MetricFamily['type']
  readonly part: string
}

function placeOf(
  name: string,
  labels: ReadonlyMap<string, string>,
  { names, summed }: { readonly names: ReadonlySet<string>; readonly summed: ReadonlySet<string> },
): Place | undefined {
  if (name.endsWith('_created') || summed.has(name)) return undefined
  const [, base = name, part = ''] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? []
  const le = labels.get('le')
  if (part === 'bucket' && le !== undefined) return { family: base, type: 'histogram', part: le }
  if (part !== '' && part !== 'bucket') {
    if (names.has(`${base}_bucket`)) return { family: base, type: 'histogram', part }
    // A summary, with quantiles or without.
    if (summed.has(base) || (names.has(`${base}_sum`) && names.has(`${base}_count`))) return undefined
  }
  if (name.endsWith('_total')) return { family: name.slice(0, -'_total'.length), type: 'counter', part: 'value' }
  return { family: name, type: 'gauge', part: 'value' }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
