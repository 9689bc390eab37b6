export interface CacheVariant {
  readonly engine: string
  readonly cache: string
  /** As a description of an engine has it. */
  readonly scheduler: Readonly<Record<string, unknown>>
}

/** Of the KV of a token of DeepSeek-R1 in bf16 (../shared/spec/engine-sim.md 4.3), over a PCIe 5 link. */
const tier = { tokenBytes: 70_272, host: { gbPerS: 50, latencyMs: 0.1 } }

/** Every policy of either engine in a cache of so many blocks, and tiers of twice and eight times its size behind it. */
export function cacheVariants(numBlocks: number): CacheVariant[] {
  // The longest turns that fit every variant.
  const maxModelLen = (numBlocks - 2) * 64
  return [
    ...['lru', 'lineage'].map((evictionPolicy) => ({
      ...{ engine: 'vLLM', cache: evictionPolicy, scheduler: { numBlocks, maxModelLen, evictionPolicy } },
    })),
    { engine: 'vLLM', cache: 'so large that nothing is evicted', scheduler: { numBlocks: 2 ** 20, maxModelLen } },
    ...[
      { cache: 'lru, host of twice the size', kvOffload: { ...tier, hostBlocks: 2 * numBlocks } },
      {
        cache: 'lru, the same, stored when evicted',
        kvOffload: { ...tier, hostBlocks: 2 * numBlocks, store: 'evicted' },
      },
      {
        cache: 'lru, the same, chunks of 256 tokens',
        kvOffload: { ...tier, hostBlocks: 2 * numBlocks, chunkBlocks: 4 },
      },
      {
        cache: 'lru, the same, and a disk of eight times the size',
        kvOffload: { ...tier, hostBlocks: 2 * numBlocks, disk: { blocks: 8 * numBlocks, gbPerS: 7, latencyMs: 0.1 } },
      },
    ].map(({ cache, kvOffload }) => ({ engine: 'vLLM', cache, scheduler: { numBlocks, maxModelLen, kvOffload } })),
    ...['lru', 'lfu', 'fifo', 'mru', 'filo', 'priority', 'slru'].map((radixEvictionPolicy) => ({
      engine: 'SGLang',
      cache: radixEvictionPolicy,
      scheduler: { engine: 'sglang', numBlocks, maxModelLen, radixEvictionPolicy },
    })),
    ...[
      { cache: 'lru, host of twice the size', writePolicy: 'write_through' },
      { cache: 'lru, the same, written selectively', writePolicy: 'write_through_selective' },
      { cache: 'lru, the same, written back', writePolicy: 'write_back' },
      { cache: 'lru, written through, and a storage of eight times the size', prefetchPolicy: 'timeout' },
      { cache: 'lru, the same, waiting for all of it', prefetchPolicy: 'wait_complete' },
      { cache: 'lru, the same, waiting for nothing', prefetchPolicy: 'best_effort' },
    ].map(({ cache, writePolicy, prefetchPolicy }) => {
      const storage = { pages: 8 * numBlocks, gbPerS: 7, latencyMs: 0.1, prefetchPolicy }
      const hicache = { ...tier, hostPages: 2 * numBlocks, writePolicy, ...(prefetchPolicy && { storage }) }
      return { engine: 'SGLang', cache, scheduler: { engine: 'sglang', numBlocks, maxModelLen, hicache } }
    }),
  ]
}
