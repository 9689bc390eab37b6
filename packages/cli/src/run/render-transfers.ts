import type { TransferCounts } from '@reprise/engine-sim/core'
import { grouped, several } from '../terminal/output.ts'

/** What KV went from workers that compute prompts to those that decode, and what it waited for. */
export function renderTransfers({ count, bytes, sparedTokens, blocksWaitMs, transferMs }: TransferCounts): string {
  if (count === 0) return 'no KV was transferred'
  const mean = (ms: number) => `${(ms / count).toFixed(1)} ms`
  return `${several(count, 'transfer')} of KV, ${(bytes / 1e9).toFixed(2)} GB, ${grouped(sparedTokens)} tokens spared; on average ${mean(blocksWaitMs)} until there were blocks, ${mean(transferMs)} on the way`
}
