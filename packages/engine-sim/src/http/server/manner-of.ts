import { type EngineConfig, isSglang } from '../../core/engine-config.ts'
import type { Manner, MannerName } from '../manner.ts'
import { sglangManner } from '../sglang/sglang-manner.ts'
import { vllmManner } from '../vllm-manner.ts'

/** The manners there are; the one place that knows them all. */
const manners: Readonly<Record<MannerName, Manner>> = { vllm: vllmManner, sglang: sglangManner }

/** How a server speaks whose engine is this, unless another manner is asked for. */
export function mannerOf(engine: EngineConfig, asked?: MannerName): Manner {
  return manners[mannerNameOf(engine, asked)]
}

/** Its name. */
export function mannerNameOf({ scheduler }: EngineConfig, asked?: MannerName): MannerName {
  return asked ?? (isSglang(scheduler) ? 'sglang' : 'vllm')
}
