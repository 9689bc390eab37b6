import { expect, test } from 'vitest'
import { kvPoolInLog } from './kv-pool-in-log.ts'

test.each([
  [
    'vLLM, two engines, one of which says it twice',
    '(EngineCore_DP0 pid=7) INFO GPU KV cache size: 900,000 tokens\n(EngineCore_DP1 pid=8) INFO GPU KV cache size: 1,000 tokens\n(EngineCore_DP0 pid=7) INFO GPU KV cache size: 1,048,576 tokens',
    { tokens: 1_049_576, engines: 2 },
  ],
  [
    'SGLang, the ranks of one engine',
    '[2026-11-28 DP0 TP0] max_total_num_tokens=400000, chunked_prefill_size=8192\n[2026-11-28 DP0 TP1] max_total_num_tokens=400000,\n[2026-11-28 DP1 TP2] max_total_num_tokens=300000,',
    { tokens: 700_000, engines: 2 },
  ],
  [
    'TensorRT-LLM',
    '[TRT-LLM] [I] Allocated 9.5 GiB for max tokens in paged KV cache (123456).',
    { tokens: 123_456, engines: 1 },
  ],
  ['nothing', 'INFO: ready\nGPU KV cache size: many tokens', undefined],
])('%s', (_, text, pool) => expect(kvPoolInLog(text)).toEqual(pool))
