import type { EngineConfig } from './engine-config.ts'

/**
 * The engine that `serve`, `simulate` and `bench` run when none is named: an invented engine, not a prediction of any product.
 *
 * Its constants lie where those of a mid-size model on one modern GPU node do: about 8 ms for a lone decode step, 40,000 prefill tokens
 * a second on short contexts and half of that at 100,000 tokens, 8 M tokens of KV cache. Its context takes the longest turns recorded.
 */
export function defaultEngine(): EngineConfig {
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
