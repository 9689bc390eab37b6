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
  readonly ttft: Bucket
  readonly tpot: Bucket
}

/** What vLLM and SGLang call the time between tokens; the rest has one name behind a prefix of theirs. */
const tpotNames = { vllm: 'request_time_per_output_token_seconds', sglang: 'inter_token_latency_seconds' }

/** The metrics page of a server with the manners of one of the engines. @throws Error where it lacks one of these. */
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
    ttft: median('time_to_first_token_seconds'),
    tpot: median(tpotNames[engine]),
  }
}

/** Of cumulative buckets in the order of their bounds. */
function medianOf(series: readonly (readonly [key: string, value: number])[]): Bucket {
  const buckets = series
    .map(([key, count]) => ({ boundS: Number(/le="([^"]+)"/.exec(key)![1]!.replace('+Inf', 'Infinity')), count }))
    .sort((one, other) => one.boundS - other.boundS)
  const half = buckets.at(-1)!.count / 2
  const at = buckets.findIndex(({ count }) => count >= half)
  return { fromMs: 1e3 * (buckets[at - 1]?.boundS ?? 0), toMs: 1e3 * buckets[at]!.boundS }
}
