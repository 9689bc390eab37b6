export interface CacheVariant {
  readonly engine: string
  readonly cache: string
  /** As a description of an engine has it. */
  readonly scheduler: Readonly<Record<string, unknown>>
}

/** Every policy of either engine, in a cache of so many blocks. */
export function cacheVariants(numBlocks: number): CacheVariant[] {
  return [
    ...['lru', 'lineage'].map((evictionPolicy) => ({
      ...{ engine: 'vLLM', cache: evictionPolicy, scheduler: { numBlocks, evictionPolicy } },
    })),
    ...['lru', 'lfu', 'fifo', 'mru', 'filo', 'priority', 'slru'].map((radixEvictionPolicy) => ({
      engine: 'SGLang',
      cache: radixEvictionPolicy,
      scheduler: { engine: 'sglang', numBlocks, radixEvictionPolicy },
    })),
  ]
}
