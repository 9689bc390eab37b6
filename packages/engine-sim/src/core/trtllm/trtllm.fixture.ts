import type { TrtllmSchedulerConfig } from '../engine-config.ts'

/** Blocks of 4 tokens and nothing in the way: tests narrow what they are about. */
export function tinyTrtllm(changes: Partial<TrtllmSchedulerConfig> = {}): TrtllmSchedulerConfig {
  return {
    engine: 'trtllm',
    numBlocks: 101,
    blockSize: 4,
    maxBatchSize: 8,
    maxNumTokens: 100,
    maxModelLen: 400,
    enablePrefixCaching: true,
    enableChunkedPrefill: true,
    capacitySchedulerPolicy: 'GUARANTEED_NO_EVICT',
    ...changes,
  }
}
