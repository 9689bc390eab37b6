import { parseSeriesKey } from '../page/parse-series-key.ts'
import type { SeriesKey } from '../page/series-key.ts'
import type { Amount, EngineNames, Level, SeriesPattern, ServerLatency } from './engine-names.ts'
import { atomNames, dynamoNames, trtllmNames } from './more-names.ts'
import { sglangNames } from './sglang-names.ts'
import { vllmNames } from './vllm-names.ts'

/** What a series tells of its engine. */
export type SeriesRole = {
  readonly engine: string
  readonly seat: EngineNames['seat']
  /** Place among the ways to tell the same; the lowest that a page has is the one. */
  readonly rank: number
} & (
  | { readonly kind: 'amount'; readonly what: Amount; readonly group: string }
  | { readonly kind: 'level'; readonly what: Level; readonly group: string }
  /** `part`: the upper bound of a bucket in seconds, or what all its values are together. */
  | { readonly kind: 'latency'; readonly what: ServerLatency; readonly part: number | 'sum' | 'count' }
  | { readonly kind: 'pool'; readonly tokens?: number }
)

const engines: readonly EngineNames[] = [vllmNames, sglangNames, trtllmNames, atomNames, dynamoNames]

/** What a series tells, by its text; mostly nothing or one thing. */
export function seriesRoles(key: string): SeriesRole[] {
  // Most series of a page are nobody's here, and their labels need not be read.
  const candidates = byName.get(nameOf(key))
  const series = candidates && parseSeriesKey(key)
  if (!series) return []
  return candidates.flatMap((candidate) => candidate(series) ?? [])
}

function nameOf(key: string): string {
  const brace = key.indexOf('{')
  return brace < 0 ? key : key.slice(0, brace)
}

type Candidate = (series: SeriesKey) => SeriesRole | undefined

const byName = new Map<string, Candidate[]>()
for (const names of engines) {
  const { engine, seat } = names
  const add = (name: string, candidate: Candidate) => byName.set(name, [...(byName.get(name) ?? []), candidate])
  const patterns = <What extends string>(of: Partial<Record<What, readonly SeriesPattern[]>>) =>
    Object.entries(of) as [What, readonly SeriesPattern[]][]
  for (const [what, ways] of patterns(names.amounts))
    for (const [rank, pattern] of ways.entries())
      add(pattern.name, (series) =>
        matches(pattern, series) ? { engine, seat, rank, kind: 'amount', what, group: groupOf(series) } : undefined,
      )
  for (const [what, ways] of patterns(names.levels))
    for (const [rank, pattern] of ways.entries())
      add(pattern.name, (series) =>
        matches(pattern, series) ? { engine, seat, rank, kind: 'level', what, group: groupOf(series) } : undefined,
      )
  for (const [what, bases] of Object.entries(names.latencies) as [ServerLatency, readonly string[]][])
    for (const [rank, base] of bases.entries()) {
      add(`${base}_bucket`, ({ labels }) => {
        const bound = boundOf(labels.get('le'))
        return bound === undefined ? undefined : { engine, seat, rank, kind: 'latency', what, part: bound }
      })
      for (const part of ['sum', 'count'] as const)
        add(`${base}_${part}`, () => ({ engine, seat, rank, kind: 'latency', what, part }))
    }
  const { pool } = names
  if (pool?.kind === 'gauge') add(pool.name, () => ({ engine, seat, rank: 0, kind: 'pool' }))
  if (pool?.kind === 'labels')
    add(pool.name, ({ labels }) => {
      const whole = (label: string) => wholeNumber(labels.get(label))
      const [blocks, blockTokens] = [whole(pool.blocks), whole(pool.blockTokens)]
      const tokens =
        whole(pool.tokens) ?? (blocks !== undefined && blockTokens !== undefined ? blocks * blockTokens : undefined)
      return { engine, seat, rank: 0, kind: 'pool', ...(tokens !== undefined && { tokens }) }
    })
}

function matches({ where = {} }: SeriesPattern, { labels }: SeriesKey): boolean {
  return Object.entries(where).every(([label, wanted]) => {
    const value = labels.get(label) ?? ''
    return wanted.some((each) => (each.endsWith('*') ? value.startsWith(each.slice(0, -1)) : value === each))
  })
}

/** Ranks of one engine see the same requests: what differs in these alone is one thing told several times. */
const rankLabels = new Set(['tp_rank', 'pp_rank', 'moe_ep_rank'])

function groupOf({ name, labels }: SeriesKey): string {
  const kept = [...labels].filter(([label]) => !rankLabels.has(label)).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([name, kept])
}

function boundOf(le: string | undefined): number | undefined {
  if (le === undefined) return undefined
  const bound = /^\+?Inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le)
  return Number.isNaN(bound) ? undefined : bound
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
