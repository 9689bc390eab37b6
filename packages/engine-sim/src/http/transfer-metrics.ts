import type { TransferCounts } from '../core/engine.ts'
import type { MetricFamily } from './render-metrics.ts'
import { counter } from './scalar-family.ts'

/** What went from workers that compute prompts to those that decode, under names of our own; none where no such workers are. */
export function transferMetrics(transfers: TransferCounts | undefined): MetricFamily[] {
  if (!transfers) return []
  const { count, bytes, sparedTokens, blocksWaitMs, transferMs } = transfers
  return [
    counter('reprise:kv_transfer_transfers_total', 'Prompts that went from a prefill to a decode worker.', count),
    counter('reprise:kv_transfer_bytes_total', 'Bytes of KV that went, or are on the way.', bytes),
    counter(
      'reprise:kv_transfer_spared_tokens_total',
      'Prompt tokens that the decode worker had in its cache.',
      sparedTokens,
    ),
    counter(
      'reprise:kv_transfer_blocks_wait_seconds_total',
      'What prompts waited for blocks where they are decoded.',
      blocksWaitMs / 1e3,
    ),
    counter(
      'reprise:kv_transfer_seconds_total',
      'What computed prompts with blocks waited for until all had come.',
      transferMs / 1e3,
    ),
  ]
}
