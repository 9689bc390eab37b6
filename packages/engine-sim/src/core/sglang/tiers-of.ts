import type { SglangSequence } from './sglang-sequence.ts'

/**
 * From where the prompt tokens came that a request was found to have when it was admitted, `hostTokens` of them loaded from the host. What was fetched from storage for it counts as
 * storage's, though others may have brought it to the device by then.
 *
 * Source: `split_cached_prefix_by_tier` of `managers/schedule_batch.py`, SGLang 0.5.23.
 */
export function tiersOf({
  prefixTokens,
  hostTokens,
  fromStorage,
}: Pick<SglangSequence, 'prefixTokens' | 'hostTokens' | 'fromStorage'>): {
  readonly device: number
  readonly host: number
  readonly storage: number
} {
  const { fromTokens, toTokens } = fromStorage ?? { fromTokens: 0, toTokens: 0 }
  const end = Math.min(prefixTokens, toTokens)
  const storage = Math.max(0, end - fromTokens)
  const storageInHost = Math.max(0, end - Math.max(prefixTokens - hostTokens, fromTokens))
  const host = hostTokens - storageInHost
  return { device: prefixTokens - host - storage, host, storage }
}
