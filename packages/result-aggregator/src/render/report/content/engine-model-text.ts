import type { EngineModel } from '../../../result/engine-model.ts'
import { formatCount, formatNumber } from '../client/format-number.ts'

/** What a model of an engine counted, and what went from prefill to decode, in words. */
export function engineModelText({ steps, preemptions, evictedBlocks, speculation, transfers }: EngineModel): string {
  const plain = `${formatCount(steps)} steps, ${formatCount(preemptions)} preemptions, ${formatCount(evictedBlocks)} blocks evicted`
  const counts = speculation ? `${plain}, ${draftsText(speculation)}` : plain
  if (!transfers) return counts
  const { count, bytes, sparedTokens, blocksWaitMs, transferMs } = transfers
  const mean = (ms: number) => `${formatNumber(count === 0 ? undefined : ms / count)} ms`
  return `${counts}; ${formatCount(count)} transfers of KV, ${formatNumber(bytes / 1e9)} GB, ${formatCount(sparedTokens)} tokens spared, on average ${mean(blocksWaitMs)} for blocks and ${mean(transferMs)} on the way`
}

function draftsText({ drafts, draftTokens, acceptedTokens }: NonNullable<EngineModel['speculation']>): string {
  const length = drafts === 0 ? undefined : 1 + acceptedTokens / drafts
  const share = draftTokens === 0 ? undefined : (100 * acceptedTokens) / draftTokens
  return `${formatNumber(length)} tokens a verification (${formatNumber(share)} % of drafts accepted)`
}
