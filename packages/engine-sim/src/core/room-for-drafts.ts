import { type EngineConfig, isSglang } from './engine-config.ts'

/** Tokens beyond its own that a request of an engine with a draft head has room for. SGLang's alone: vLLM's ends at the context. */
export function roomForDrafts(scheduler: EngineConfig['scheduler']): number {
  if (!isSglang(scheduler) || !scheduler.speculation) return 0
  return 2 * (1 + scheduler.speculation.numSpeculativeTokens)
}
