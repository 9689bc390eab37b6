/** Tokens that the KV caches of a server's engines hold, by its log. */
export interface LoggedPool {
  readonly tokens: number
  readonly engines: number
}

/**
 * What the log of a server says of its KV caches; `undefined` where it says nothing. The last word of each engine counts, since one that
 * profiles its memory may say it twice, and engines are summed.
 *
 * Source: vLLM's `GPU KV cache size: 1,048,576 tokens` behind `(EngineCore_DP1 pid=7)`, SGLang's `max_total_num_tokens=400000` behind
 * `DP1 TP0`, TensorRT-LLM's `max tokens in paged KV cache (400000)`.
 */
export function kvPoolInLog(text: string): LoggedPool | undefined {
  const byEngine = new Map<string, number>()
  for (const [line, vllm, sglang, trtllm] of text.matchAll(pool)) {
    const tokens = Number((vllm ?? sglang ?? trtllm)!.replaceAll(',', ''))
    if (tokens > 0 && Number.isSafeInteger(tokens)) byEngine.set(rankIn(line), tokens)
  }
  if (byEngine.size === 0) return undefined
  return { tokens: [...byEngine.values()].reduce((sum, each) => sum + each, 0), engines: byEngine.size }
}

function rankIn(line: string): string {
  const found = dataRank.exec(line)
  return found?.[1] ?? found?.[2] ?? '0'
}

const pool =
  /^.*?(?:GPU KV cache size: ([\d,]{1,20}) tokens|\bmax_total_num_tokens=(\d{1,15})|max tokens in paged KV cache \((\d{1,15})\)).*$/gm
const dataRank = /\bEngineCore_(?:DP)?(\d+)|\bDP(\d+)\b/
