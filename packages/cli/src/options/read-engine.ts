import { defaultEngine, type EngineConfig, parseEngineConfig } from '@reprise/engine-sim/core'
import { readNamed } from './read-named.ts'

const limit = { maxBytes: 1024 * 1024, cure: 'name a JSON file like {"scheduler": {"numBlocks": 4096}}' }

/** The engine that `--engine FILE` describes, or the embedded one. @throws UsageError, EngineConfigError */
export async function readEngine(file: string | undefined): Promise<EngineConfig> {
  if (file === undefined) return defaultEngine()
  return parseEngineConfig((await readNamed('--engine', file, limit)).toString('utf8'), file)
}
