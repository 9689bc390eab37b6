import { dirname, join } from 'node:path'
import {
  defaultEngine,
  defaultSglangScheduler,
  defaultTrtllmScheduler,
  type EngineConfig,
  parseEngineConfig,
  parseStepTable,
} from '@reprise/engine-sim/core'
import { deployedEngine } from './deployed-engine.ts'
import { readNamed } from './read-named.ts'

const limit = {
  maxBytes: 1024 * 1024,
  cure: 'name a JSON file like {"scheduler": {"numBlocks": 4096}}, or an engine: vllm, sglang, trtllm, vllm:model=NAME,gpu=NAME,tp=4',
}

/** For `--engine`. */
export const engineHelp =
  "vllm, sglang, trtllm, one of these with a model on GPUs (vllm:model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8; 'reprise help predictions' has the keys), or an engine description (JSON); default: vllm with the embedded constants"

/** The engine that `--engine` describes or names, or the embedded one. @throws UsageError, EngineConfigError */
export async function readEngine(given: string | undefined): Promise<EngineConfig> {
  if (given === undefined || given === 'vllm') return defaultEngine()
  if (given === 'sglang') return { ...defaultEngine(), scheduler: defaultSglangScheduler() }
  if (given === 'trtllm') return { ...defaultEngine(), scheduler: defaultTrtllmScheduler() }
  const deployed = deployedEngine(given)
  if (deployed) return deployed
  const text = (await readNamed('--engine', given, limit)).toString('utf8')
  const { engine, table } = splitTable(text)
  if (table === undefined) return parseEngineConfig(text, given)
  const path = join(dirname(given), table)
  const bytes = await readNamed('--engine', path, tableLimit)
  const { kind, ...points } = isParquet(bytes)
    ? await fromParquet(bytes, path)
    : parseStepTable(bytes.toString('utf8'), path)
  return parseEngineConfig(JSON.stringify({ ...engine, stepTime: { ...points, ...engine.stepTime, kind } }), given)
}

const tableLimit = { maxBytes: 8 * 1024 * 1024, cure: 'a table of steps is a few thousand lines; leave contexts out' }

/** Whether bytes are of a Parquet file, by how it begins. */
function isParquet(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).toString('latin1') === 'PAR1'
}

/** Its reader is loaded where it is needed. */
async function fromParquet(bytes: Buffer, path: string) {
  const { readParquetStepTable } = await import('./read-parquet-step-table.ts')
  return readParquetStepTable(bytes, path)
}

/** A description whose `stepTime` is `{"kind": "table", "file": "steps.csv"}`, or of Parquet, without that, and the file, which lies beside it. */
function splitTable(text: string): { readonly engine: { readonly stepTime?: object }; readonly table?: string } {
  let engine: { readonly stepTime?: { readonly kind?: unknown; readonly file?: unknown } } | null
  try {
    engine = JSON.parse(text)
  } catch {
    return { engine: {} }
  }
  const { file, ...stepTime } = engine?.stepTime ?? {}
  if (stepTime.kind !== 'table' || typeof file !== 'string') return { engine: {} }
  return { engine: { ...engine, stepTime }, table: file }
}
