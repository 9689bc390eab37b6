import { defaultEngine, defaultSglangScheduler, type EngineConfig, parseEngineConfig } from '@reprise/engine-sim/core'
import { readNamed } from './read-named.ts'

const limit = {
  maxBytes: 1024 * 1024,
  cure: 'name a JSON file like {"scheduler": {"numBlocks": 4096}}, or an engine: vllm, sglang',
}

/** For `--engine`. */
export const engineHelp = 'vllm, sglang, or an engine description (JSON); default: vllm with the embedded constants'

/** The engine that `--engine` describes or names, or the embedded one. @throws UsageError, EngineConfigError */
export async function readEngine(given: string | undefined): Promise<EngineConfig> {
  if (given === undefined || given === 'vllm') return defaultEngine()
  if (given === 'sglang') return { ...defaultEngine(), scheduler: defaultSglangScheduler() }
  return parseEngineConfig((await readNamed('--engine', given, limit)).toString('utf8'), given)
}
