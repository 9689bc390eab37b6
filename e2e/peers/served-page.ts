import { parsePage } from '@reprise/telemetry'

/** The bucket in which a median lies, in milliseconds. */
export interface Bucket {
  readonly fromMs: number
  readonly toMs: number
}

/** What a server counted of all requests that it has served. */
export interface ServedPage {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly ttft: Bucket
  readonly tpot: Bucket
}

/** The rest has one name behind a prefix of theirs. */
const cachedNames = { vllm: 'prompt_tokens_cached_total', sglang: 'cached_tokens_total' }

/** The metrics page of a server in the manner of one of the engines. @throws Error where it lacks one of these. */
export async function servedPage(url: string, engine: 'vllm' | 'sglang'): Promise<ServedPage> {
  const page = parsePage(await (await fetch(`${url}/metrics`)).text())
  if (typeof page === 'string') throw new Error(`${url}/metrics: ${page}`)
  const named = (name: string) => {
    const series = [...page.series].filter(([key]) => key.startsWith(`${engine}:${name}{`))
    if (series.length === 0) throw new Error(`${url}/metrics has no ${engine}:${name}`)
    return series
  }
  const sum = (name: string) => named(name).reduce((total, [, value]) => total + value, 0)
  const median = (name: string) => medianOf(named(`${name}_bucket`))
  return {
    requests: sum('e2e_request_latency_seconds_count'),
    inputTokens: sum('prompt_tokens_total'),
    outputTokens: sum('generation_tokens_total'),
    cachedTokens: sum(cachedNames[engine]),
    ttft: median('time_to_first_token_seconds'),
    tpot: median('request_time_per_output_token_seconds'),
  }
}

/** Of cumulative buckets, those of several series added up. */
function medianOf(series: readonly (readonly [key: string, value: number])[]): Bucket {
  const counts = new Map<number, number>()
  for (const [key, count] of series) {
    const boundS = Number(/le="([^"]+)"/.exec(key)![1]!.replace('+Inf', 'Infinity'))
    counts.set(boundS, (counts.get(boundS) ?? 0) + count)
  }
  const buckets = [...counts].sort(([one], [other]) => one - other)
  const half = buckets.at(-1)![1] / 2
  const at = buckets.findIndex(([, count]) => count >= half)
  return { fromMs: 1e3 * (buckets[at - 1]?.[0] ?? 0), toMs: 1e3 * buckets[at]![0] }
}
