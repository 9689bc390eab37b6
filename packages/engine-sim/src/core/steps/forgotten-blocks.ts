import type { EngineRequest } from '../engine-request.ts'
import type { KeySet } from './key-set.ts'

/** Full blocks of a prompt, from block `from` on, that were in the cache before and are not there any more. */
export function forgottenBlocks(
  { blockKeys, promptTokens }: EngineRequest,
  { from, blockSize, forgotten }: { readonly from: number; readonly blockSize: number; readonly forgotten: KeySet },
): number {
  if (forgotten.size === 0) return 0
  const full = Math.min(blockKeys.length, Math.floor(promptTokens / blockSize))
  let blocks = 0
  for (let at = from; at < full; at += 1) if (forgotten.has(blockKeys[at]!)) blocks += 1
  return blocks
}
