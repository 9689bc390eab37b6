import { defaultEngine, type EngineConfig } from '@reprise/engine-sim/core'

/**
 * An engine whose every step takes `stepMs`, whatever is in it: each stream gets a token a step, however many there are, and all of them
 * at once, as an engine that batches emits them.
 */
export function pacedEngine(stepMs: number): EngineConfig {
  const { scheduler, ...engine } = defaultEngine()
  return {
    ...engine,
    model: 'reprise-paced',
    scheduler: { ...scheduler, maxNumSeqs: 65_536, maxNumBatchedTokens: 1_048_576, enablePrefixCaching: false },
    stepTime: {
      baseMs: stepMs,
      prefillMsPerToken: 0,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0,
      decodeMsPerThousandContext: 0,
    },
  }
}
