import {
  decodeEngineOf,
  type EngineConfig,
  isSglang,
  isTrtllm,
  type SchedulerConfig,
  type SglangSchedulerConfig,
  type TrtllmSchedulerConfig,
} from './engine-config.ts'
import { placedOf } from './roofline/deployment.ts'
import { RooflineError } from './roofline/roofline-error.ts'
import { roomForDrafts } from './room-for-drafts.ts'
import type { RooflineStepTime } from './step-time/roofline-step-time.ts'

/** The author of an engine description can fix this. */
export class EngineConfigError extends Error {
  override readonly name = 'EngineConfigError'
}

/**
 * Refuses an engine in which a request that fits the context could wait for ever.
 *
 * @throws EngineConfigError naming the settings and what to write instead.
 */
export function checkEngineConfig(config: EngineConfig, place = ''): void {
  const { scheduler, stepTime, fleet, dataParallelSize = 1 } = config
  if (config.decodeEngine) checkDecodeEngine(config, place)
  if (dataParallelSize > 1 && goesByBlocks(config)) {
    throw new EngineConfigError(
      `${place}dataParallelSize: which of its ranks holds a block is not told to a router that goes by blocks; write a router other than kv, or workers in the place of ranks`,
    )
  }
  if (fleet && 'prefillWorkers' in fleet) checkHandOver(config, place)
  if (stepTime.kind === 'roofline') checkRoofline(stepTime, place)
  if (isSglang(scheduler)) checkSglang(scheduler, place)
  else if (isTrtllm(scheduler)) checkTrtllm(scheduler, dataParallelSize, place)
  else checkVllm(scheduler, place)
}

/** How prompts are handed over is to be known, and where SGLang finds room beforehand, the longest must find some. */
function checkHandOver({ scheduler, decodeEngine }: EngineConfig, place: string): void {
  if (isTrtllm(scheduler)) {
    throw new EngineConfigError(
      `${place}fleet.prefillWorkers: how TensorRT-LLM hands prompts over is not modelled; write workers alone, or a scheduler of vLLM or SGLang`,
    )
  }
  if (!isSglang(scheduler)) {
    if (!scheduler.asyncScheduling) return
    throw new EngineConfigError(
      `${place}fleet.prefillWorkers: how prompts are handed over where steps are scheduled ahead is not modelled; leave scheduler.asyncScheduling out, or write workers alone`,
    )
  }
  if (decodeEngine) return
  const { numBlocks, blockSize, maxModelLen, numReservedDecodeTokens = 512 } = scheduler
  const pages = Math.ceil((Math.ceil(maxModelLen / blockSize) * blockSize + numReservedDecodeTokens) / blockSize)
  if (pages > numBlocks) {
    throw new EngineConfigError(
      `${place}scheduler.numReservedDecodeTokens: a worker that decodes finds room for maxModelLen ${maxModelLen} and ${numReservedDecodeTokens} tokens beside it, ` +
        `which are ${pages} pages of ${blockSize}, and numBlocks is ${numBlocks}; write numBlocks of at least ${pages}, or less of the others`,
    )
  }
}

/** Prompts are handed over in blocks, to an engine of the same kind that takes as long ones. */
function checkDecodeEngine(config: EngineConfig, place: string): void {
  const { scheduler, fleet } = config
  const decoding = decodeEngineOf(config)
  const refuse = (why: string) => {
    throw new EngineConfigError(`${place}decodeEngine${why}`)
  }
  if (!fleet || 'workers' in fleet)
    refuse(' is of workers that decode alone; write fleet.prefillWorkers and fleet.decodeWorkers, or leave it out')
  const kindOf = (other: EngineConfig['scheduler']) => ('engine' in other ? other.engine : 'vllm')
  const [kind, other] = [kindOf(scheduler), kindOf(decoding.scheduler)]
  if (kind !== other) refuse(`.scheduler is ${other}'s and takes no prompts of ${kind}'s; write one engine for both`)
  for (const name of ['blockSize', 'maxModelLen'] as const) {
    const [one, its] = [scheduler[name], decoding.scheduler[name]]
    if (one !== its) refuse(`.scheduler.${name} ${its} is not the ${one} of those that compute prompts; write ${one}`)
  }
  if (!fleet || 'workers' in fleet) return
  checkEngineConfig({ ...decoding, fleet: { ...fleet, prefillRouter: fleet.decodeRouter } }, `${place}decodeEngine.`)
}

/** Whether a router of the engine, and not of those that decode where they are others, wants to know who holds what. */
function goesByBlocks({ fleet, decodeEngine }: EngineConfig): boolean {
  if (!fleet) return false
  const ofBoth = 'workers' in fleet ? [fleet.router] : [fleet.prefillRouter, fleet.decodeRouter]
  return ofBoth.slice(0, decodeEngine ? 1 : undefined).some(({ routing }) => routing === 'kv')
}

function checkRoofline(stepTime: RooflineStepTime, place: string): void {
  try {
    placedOf(stepTime)
  } catch (error) {
    if (!(error instanceof RooflineError)) throw error
    throw new EngineConfigError(`${place}stepTime: ${error.message}`)
  }
}

/** A request reserves its input, its output and a page, and something must be left. */
function checkSglang(scheduler: SglangSchedulerConfig, place: string) {
  const { numBlocks, blockSize, maxModelLen, chunkedPrefillSize, enableMixedChunk, speculation } = scheduler
  if (speculation && enableMixedChunk) {
    throw new EngineConfigError(
      `${place}scheduler.speculation: SGLang mixes no drafts into prefills; write enableMixedChunk false, or leave speculation out`,
    )
  }
  if (scheduler.hicache && !scheduler.enablePrefixCaching) {
    throw new EngineConfigError(
      `${place}scheduler.hicache stands behind the radix cache; write enablePrefixCaching true, or leave hicache out`,
    )
  }
  const drafted = roomForDrafts(scheduler)
  const pages = Math.ceil((maxModelLen + drafted) / blockSize) + 2
  if (pages > numBlocks) {
    throw new EngineConfigError(
      `${place}scheduler.maxModelLen ${maxModelLen} needs ${pages} pages of ${blockSize} tokens (two beside its own) and numBlocks is ${numBlocks}; ` +
        `write numBlocks of at least ${pages}, or maxModelLen of at most ${(numBlocks - 2) * blockSize - drafted}`,
    )
  }
  if (chunkedPrefillSize > 0 && chunkedPrefillSize < blockSize) {
    throw new EngineConfigError(
      `${place}scheduler.chunkedPrefillSize ${chunkedPrefillSize} is less than a page, so a prompt that is cut would never go on; ` +
        `write at least ${blockSize} (blockSize), or 0 for prompts that are not cut`,
    )
  }
}

/** A prompt, or a whole block of it, must fit a step. */
function checkTrtllm(scheduler: TrtllmSchedulerConfig, dataParallelSize: number, place: string): void {
  const { blockSize, maxModelLen, enableChunkedPrefill, maxNumTokens } = scheduler
  if (dataParallelSize > 1) {
    throw new EngineConfigError(
      `${place}dataParallelSize: how TensorRT-LLM shares requests out among ranks is not modelled; leave it out, or write workers`,
    )
  }
  checkContext(scheduler, place)
  const least = enableChunkedPrefill ? blockSize : maxModelLen
  if (maxNumTokens < Math.min(least, maxModelLen)) {
    const cure = enableChunkedPrefill ? '' : ', or enableChunkedPrefill true'
    throw new EngineConfigError(
      `${place}scheduler.maxNumTokens ${maxNumTokens} takes no prompt of ${maxModelLen} tokens (maxModelLen); write at least ${least}${cure}`,
    )
  }
}

function checkContext(
  { numBlocks, blockSize, maxModelLen }: Pick<SchedulerConfig, 'numBlocks' | 'blockSize' | 'maxModelLen'>,
  place: string,
): void {
  const blocks = Math.ceil(maxModelLen / blockSize)
  if (blocks > numBlocks - 1) {
    throw new EngineConfigError(
      `${place}scheduler.maxModelLen ${maxModelLen} needs ${blocks} blocks of ${blockSize} tokens and numBlocks ${numBlocks} leaves ${numBlocks - 1}; ` +
        `write numBlocks of at least ${blocks + 1}, or maxModelLen of at most ${(numBlocks - 1) * blockSize}`,
    )
  }
}

function checkVllm(scheduler: SchedulerConfig, place: string): void {
  const { maxModelLen, enableChunkedPrefill, maxNumBatchedTokens, speculation } = scheduler
  checkContext(scheduler, place)
  checkOffload(scheduler, place)
  // A single request is given its whole prompt at once, whatever the threshold.
  if (!enableChunkedPrefill && maxNumBatchedTokens < maxModelLen) {
    throw new EngineConfigError(
      `${place}scheduler.enableChunkedPrefill is false, so a prompt must fit one step, and maxNumBatchedTokens ${maxNumBatchedTokens} is below ` +
        `maxModelLen ${maxModelLen}; write maxNumBatchedTokens of at least ${maxModelLen}, or enableChunkedPrefill true`,
    )
  }
  const drafted = speculation?.numSpeculativeTokens ?? 0
  if (maxNumBatchedTokens <= drafted) {
    throw new EngineConfigError(
      `${place}scheduler.maxNumBatchedTokens ${maxNumBatchedTokens} is too few for a token and its ${drafted} drafts; write at least ${drafted + 1}`,
    )
  }
}

/** What the tiers behind the cache do not know how to do. */
function checkOffload(scheduler: SchedulerConfig, place: string): void {
  const { kvOffload, enablePrefixCaching, reserveFullIsl, schedulingPolicy } = scheduler
  if (!kvOffload) return
  const refuse = (why: string) => {
    throw new EngineConfigError(`${place}scheduler.kvOffload ${why}, or leave kvOffload out`)
  }
  if (!enablePrefixCaching) refuse('finds blocks by their content; write enablePrefixCaching true')
  if (!reserveFullIsl) refuse('needs room for whole prompts while a part of them is loaded; write reserveFullIsl true')
  if (schedulingPolicy === 'priority') refuse('is not modelled with schedulingPolicy priority; write fcfs')
  const { chunkBlocks = 1, hostBlocks, store, disk } = kvOffload
  if (chunkBlocks > hostBlocks || (disk && chunkBlocks > disk.blocks))
    refuse(
      `has chunks of ${chunkBlocks} blocks and a tier that holds less; write at least ${chunkBlocks} blocks for each tier`,
    )
  if (store === 'evicted' && chunkBlocks > 1)
    refuse('stores blocks one by one when they are evicted; write chunkBlocks 1, or store computed')
}
