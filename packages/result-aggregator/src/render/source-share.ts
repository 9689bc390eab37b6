import type { CacheSources } from '../result/cache-sources.ts'

export type CacheSource = 'device' | 'host' | 'disk' | 'recomputed'

/** Share of the prompt tokens that came from a source; nothing where nobody tells. */
export function sourceShare(sources: CacheSources | undefined, source: CacheSource): number | undefined {
  return sources && sources.promptTokens > 0 ? sources[`${source}Tokens`] / sources.promptTokens : undefined
}
