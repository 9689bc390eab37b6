import {
  decodeEngineOf,
  type EngineConfig,
  type EngineSetup,
  isSglang,
  isTrtllm,
  type RouterConfig,
} from '@reprise/engine-sim/core'
import { several } from '../terminal/output.ts'

/** An engine in a line: its fleet, ranks and cache, what stands behind the cache, its drafts, and whose scheduler it has. */
export function engineText(engine: EngineConfig): string {
  const { model, fleet } = engine
  const whose = whoseOf(engine)
  if (!fleet) return `${model} with ${setupText(engine)}${whose}`
  if ('workers' in fleet)
    return `${model} with ${several(fleet.workers, 'worker')}${by(fleet.workers, fleet.router)}, each ${setupText(engine)}${whose}`
  const { prefillWorkers, prefillRouter, decodeWorkers, decodeRouter } = fleet
  const prefill = `${several(prefillWorkers, 'prefill worker')}${by(prefillWorkers, prefillRouter)} of ${setupText(engine)}`
  const decode = `${several(decodeWorkers, 'decode worker')}${by(decodeWorkers, decodeRouter)} of ${setupText(decodeEngineOf(engine))}`
  return `${model} with ${prefill} and ${decode}${whose}`
}

/** One has nothing to choose from. */
function by(workers: number, { routing }: RouterConfig): string {
  return workers === 1 ? '' : ` by ${routing}`
}

function setupText({ scheduler, dataParallelSize = 1 }: EngineSetup): string {
  const ranks = dataParallelSize > 1 ? `${dataParallelSize} ranks of ` : ''
  const { numBlocks, blockSize } = scheduler
  return [
    `${ranks}${several(numBlocks, 'block')} of ${blockSize} tokens`,
    ...tiersOf(scheduler),
    ...draftsOf(scheduler),
  ].join(', ')
}

function tiersOf(scheduler: EngineSetup['scheduler']): string[] {
  if (isSglang(scheduler)) {
    const { hicache } = scheduler
    if (!hicache) return []
    const { storage } = hicache
    const stored = storage && `${storage.pages === undefined ? 'storage' : several(storage.pages, 'page')} behind it`
    return [`${several(hicache.hostPages, 'page')} in the host`, ...(stored ? [stored] : [])]
  }
  if (isTrtllm(scheduler) || !scheduler.kvOffload) return []
  const { hostBlocks, disk } = scheduler.kvOffload
  return [`${several(hostBlocks, 'block')} in the host`, ...(disk ? [`${several(disk.blocks, 'block')} on disk`] : [])]
}

function draftsOf(scheduler: EngineSetup['scheduler']): string[] {
  const { speculation } = scheduler as { readonly speculation?: { readonly numSpeculativeTokens: number } }
  return speculation ? [several(speculation.numSpeculativeTokens, 'draft')] : []
}

function whoseOf({ scheduler }: EngineSetup): string {
  if (isSglang(scheduler)) return " and SGLang's scheduler"
  return isTrtllm(scheduler) ? " and TensorRT-LLM's scheduler" : ''
}
