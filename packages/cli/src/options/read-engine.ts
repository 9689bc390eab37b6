import { readFile } from 'node:fs/promises'
import { defaultEngine, type EngineConfig, parseEngineConfig } from '@reprise/engine-sim/core'
import { UsageError } from '../exit-codes.ts'

/** The engine that `--engine FILE` describes, or the embedded one. @throws UsageError, EngineConfigError */
export async function readEngine(file: string | undefined): Promise<EngineConfig> {
  if (file === undefined) return defaultEngine()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--engine ${file}: cannot be read (${error.code}); name a JSON file like {"scheduler": {"numBlocks": 4096}}`,
    )
  })
  return parseEngineConfig(text, file)
}
