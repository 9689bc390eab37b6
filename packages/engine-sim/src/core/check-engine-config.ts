import { type EngineConfig, isSglang, type SchedulerConfig, type SglangSchedulerConfig } from './engine-config.ts'
import { placedOf } from './roofline/deployment.ts'
import { RooflineError } from './roofline/roofline-error.ts'
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
export function checkEngineConfig({ scheduler, stepTime, fleet }: EngineConfig, place = ''): void {
  if (fleet && 'prefillWorkers' in fleet) {
    if (isSglang(scheduler)) {
      throw new EngineConfigError(
        `${place}fleet.prefillWorkers: how SGLang hands prompts over is not modelled; write workers alone, or vLLM's scheduler`,
      )
    }
    if (scheduler.asyncScheduling) {
      throw new EngineConfigError(
        `${place}fleet.prefillWorkers: how prompts are handed over where steps are scheduled ahead is not modelled; leave scheduler.asyncScheduling out, or write workers alone`,
      )
    }
  }
  if (stepTime.kind === 'roofline') checkRoofline(stepTime, place)
  if (isSglang(scheduler)) checkSglang(scheduler, place)
  else checkVllm(scheduler, place)
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
function checkSglang({ numBlocks, blockSize, maxModelLen, chunkedPrefillSize }: SglangSchedulerConfig, place: string) {
  const pages = Math.ceil(maxModelLen / blockSize) + 2
  if (pages > numBlocks) {
    throw new EngineConfigError(
      `${place}scheduler.maxModelLen ${maxModelLen} needs ${pages} pages of ${blockSize} tokens (two beside its own) and numBlocks is ${numBlocks}; ` +
        `write numBlocks of at least ${pages}, or maxModelLen of at most ${(numBlocks - 2) * blockSize}`,
    )
  }
  if (chunkedPrefillSize > 0 && chunkedPrefillSize < blockSize) {
    throw new EngineConfigError(
      `${place}scheduler.chunkedPrefillSize ${chunkedPrefillSize} is less than a page, so a prompt that is cut would never go on; ` +
        `write at least ${blockSize} (blockSize), or 0 for prompts that are not cut`,
    )
  }
}

function checkVllm(scheduler: SchedulerConfig, place: string): void {
  const { numBlocks, blockSize, maxModelLen, enableChunkedPrefill, longPrefillTokenThreshold, maxNumBatchedTokens } =
    scheduler
  const blocks = Math.ceil(maxModelLen / blockSize)
  if (blocks > numBlocks - 1) {
    throw new EngineConfigError(
      `${place}scheduler.maxModelLen ${maxModelLen} needs ${blocks} blocks of ${blockSize} tokens and numBlocks ${numBlocks} leaves ${numBlocks - 1}; ` +
        `write numBlocks of at least ${blocks + 1}, or maxModelLen of at most ${(numBlocks - 1) * blockSize}`,
    )
  }
  checkOffload(scheduler, place)
  const longestPiece = longPrefillTokenThreshold > 0 ? Math.min(maxModelLen, longPrefillTokenThreshold) : maxModelLen
  if (!enableChunkedPrefill && maxNumBatchedTokens < longestPiece) {
    const what = longestPiece === maxModelLen ? 'maxModelLen' : 'longPrefillTokenThreshold'
    throw new EngineConfigError(
      `${place}scheduler.enableChunkedPrefill is false, so a prompt must fit one step, and maxNumBatchedTokens ${maxNumBatchedTokens} is below ` +
        `${what} ${longestPiece}; write maxNumBatchedTokens of at least ${longestPiece}, or enableChunkedPrefill true`,
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
