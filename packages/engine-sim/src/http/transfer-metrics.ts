import type { TransferCounts } from '../core/engine.ts'
import type { MetricFamily } from './render-metrics.ts'

/** What went from workers that compute prompts to those that decode, under names of our own; none where no such workers are. */
export function transferMetrics(transfers: TransferCounts | undefined): MetricFamily[] {
  if (!transfers) return []
  const { count, bytes, sparedTokens, blocksWaitMs, transferMs } = transfers
  return [
    counter('transfers_total', 'Prompts that went from a prefill to a decode worker.', count),
    counter('bytes_total', 'Bytes of KV that went, or are on the way.', bytes),
    counter('spared_tokens_total', 'Prompt tokens that the decode worker had in its cache.', sparedTokens),
    counter('blocks_wait_seconds_total', 'From the end of prefill until there were blocks.', blocksWaitMs / 1e3),
    counter('seconds_total', 'From then until all had come.', transferMs / 1e3),
  ]
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name: `reprise:kv_transfer_${name}`, help, type: 'counter', samples: [{ value }] }
}
