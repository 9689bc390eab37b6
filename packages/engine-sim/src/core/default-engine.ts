import type { SglangSchedulerConfig, TrtllmSchedulerConfig, VllmEngineConfig } from './engine-config.ts'

/**
 * The engine that `serve`, `simulate` and `bench` run when none is named: an invented engine, not a prediction of any product.
 *
 * Its constants lie where those of a mid-size model on one modern GPU node do: about 8 ms for a lone decode step, 40,000 prefill tokens
 * a second on short contexts and half of that at 100,000 tokens, 8 M tokens of KV cache. Its context takes the longest turns recorded.
 */
export function defaultEngine(): VllmEngineConfig {
  return {
    schema: 'engine/1',
    model: 'reprise-sim',
    scheduler: {
      numBlocks: 131072,
      blockSize: 64,
      maxNumSeqs: 256,
      maxNumBatchedTokens: 8192,
      maxModelLen: 1048576,
      enablePrefixCaching: true,
      enableChunkedPrefill: true,
      longPrefillTokenThreshold: 0,
      reserveFullIsl: true,
      watermark: 0,
    },
    stepTime: {
      baseMs: 8,
      prefillMsPerToken: 0.025,
      prefillMsPerMillionTokenContext: 0.25,
      decodeMsPerSequence: 0.05,
      decodeMsPerThousandContext: 0.01,
    },
  }
}

/**
 * The same engine with SGLang's scheduler, at its defaults for a large GPU: pages are as long as the blocks above, where SGLang's own are
 * of one token.
 */
export function defaultSglangScheduler(): SglangSchedulerConfig {
  const { numBlocks, blockSize, maxModelLen } = defaultEngine().scheduler
  return {
    engine: 'sglang',
    ...{ numBlocks, blockSize, maxModelLen },
    maxRunningRequests: 256,
    enablePrefixCaching: true,
    chunkedPrefillSize: 8192,
    maxPrefillTokens: 16384,
    schedulePolicy: 'fcfs',
    enableMixedChunk: false,
    enableOverlap: true,
    initNewTokenRatio: 0.7,
    minNewTokenRatio: 0.098,
    newTokenRatioDecay: 0.602 / 600,
  }
}

/** The same engine with TensorRT-LLM's scheduler, at its defaults; blocks are as long as those above, where its own are of 32 tokens. */
export function defaultTrtllmScheduler(): TrtllmSchedulerConfig {
  const { numBlocks, blockSize, maxModelLen } = defaultEngine().scheduler
  return {
    engine: 'trtllm',
    ...{ numBlocks, blockSize, maxModelLen },
    maxBatchSize: 2048,
    maxNumTokens: 8192,
    enablePrefixCaching: true,
    enableChunkedPrefill: true,
    capacitySchedulerPolicy: 'GUARANTEED_NO_EVICT',
  }
}
