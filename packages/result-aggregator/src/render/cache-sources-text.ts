import type { CacheSources } from '../result/cache-sources.ts'
import { formatShare } from './report/client/format-number.ts'

/** Share of the prompt tokens that came from a source; nothing where nobody tells. */
export function sourceShare(
  sources: CacheSources | undefined,
  source: 'device' | 'host' | 'disk' | 'recomputed',
): number | undefined {
  return sources && sources.promptTokens > 0 ? sources[`${source}Tokens`] / sources.promptTokens : undefined
}

/** `76.1% device, 13.3% host, 0.9% disk; 2.3% computed again`. */
export function cacheSourcesText(sources: CacheSources): string {
  const share = (source: Parameters<typeof sourceShare>[1]) => formatShare(sourceShare(sources, source))
  return `${share('device')} device, ${share('host')} host, ${share('disk')} disk; ${share('recomputed')} computed again`
}
