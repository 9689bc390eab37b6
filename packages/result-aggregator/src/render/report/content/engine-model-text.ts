import type { EngineModel } from '../../../result/engine-model.ts'
import { formatNumber } from '../client/format-number.ts'

/** What a model of an engine counted, and what went from prefill to decode, in words. */
export function engineModelText({ steps, preemptions, evictedBlocks, transfers }: EngineModel): string {
  const whole = (value: number) => value.toLocaleString('en-US')
  const counts = `${whole(steps)} steps, ${whole(preemptions)} preemptions, ${whole(evictedBlocks)} blocks evicted`
  if (!transfers) return counts
  const { count, bytes, sparedTokens, blocksWaitMs, transferMs } = transfers
  const mean = (ms: number) => `${formatNumber(count === 0 ? 0 : ms / count)} ms`
  return `${counts}; ${whole(count)} transfers of KV, ${formatNumber(bytes / 1e9)} GB, ${whole(sparedTokens)} tokens spared, on average ${mean(blocksWaitMs)} for blocks and ${mean(transferMs)} on the way`
}
