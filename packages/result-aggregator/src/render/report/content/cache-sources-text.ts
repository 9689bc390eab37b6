import type { CacheSources } from '../../../result/cache-sources.ts'
import { type CacheSource, sourceShare } from '../../source-share.ts'
import { formatShare } from '../client/format-number.ts'

/** `76.1% device, 13.3% host, 0.9% disk; 2.3% computed again`. */
export function cacheSourcesText(sources: CacheSources): string {
  const share = (source: CacheSource) => formatShare(sourceShare(sources, source))
  return `${share('device')} device, ${share('host')} host, ${share('disk')} disk; ${share('recomputed')} computed again`
}
