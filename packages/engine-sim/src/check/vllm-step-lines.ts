import type { SchedulerConfig } from '../core/engine-config.ts'
import type { StepListener } from '../core/step-listener.ts'

/**
 * Lines in the form of a log of vLLM's scheduler, and `kv`, the share of its blocks that are held. A setting that such a log does not know has
 * a name that its readers refuse.
 *
 * Source of the form: ../shared/data/vllm/README.md
 */
export function vllmStepLines(config: SchedulerConfig, tell: (line: string) => void): StepListener {
  const line = (value: object) => tell(JSON.stringify(value))
  /** Where steps overlap, instants order the lines: a request is added with the step before which it was taken. */
  let added: string[] = []
  let step = 0
  line({ cfg: cfgOf(config) })
  return {
    added: ({ id }, queuedMs) => {
      if (config.asyncScheduling) added.push(id)
      else line({ add: id, t: seconds(queuedMs) })
    },
    scheduled: ({ plan, scheduler, atMs, beginMs, endMs }) => {
      const t = seconds(atMs)
      for (const id of added) line({ add: id, t })
      added = []
      for (const { sequence, computed, generated, freeBlocks } of plan.preempted)
        line({ preempt: sequence.request.id, computed, out: generated, free: freeBlocks, t })
      const run = plan.sequences.map(({ request: { id } }, at) => {
        const entry = [id, plan.tokens[at], plan.computedBefore[at]]
        return plan.isNew[at] ? [...entry, 1] : entry
      })
      const { running, waiting, freeBlocks, usedBlocks, totalBlocks } = scheduler.counts
      const u = seconds(endMs)
      const taken = config.asyncScheduling ? { e: spanOf(t, u), u } : { e: seconds(endMs - beginMs) }
      const kv = Number((usedBlocks / totalBlocks).toFixed(6))
      line({ s: step, t, run, R: running, W: waiting, free: freeBlocks, ...taken, kv })
      step += 1
    },
  }
}

function cfgOf(config: SchedulerConfig): object {
  const { numBlocks, blockSize, maxNumSeqs, maxNumBatchedTokens, maxModelLen, ...rest } = config
  const { enablePrefixCaching, enableChunkedPrefill, longPrefillTokenThreshold, reserveFullIsl, watermark, ...more } =
    rest
  const { schedulingPolicy = 'fcfs', asyncScheduling = false, ...others } = more
  return {
    ...{ num_blocks: numBlocks, block_size: blockSize, max_num_seqs: maxNumSeqs },
    ...{ max_num_batched_tokens: maxNumBatchedTokens, max_num_scheduled_tokens: maxNumBatchedTokens },
    ...{ policy: schedulingPolicy, reserve_full_isl: reserveFullIsl, watermark },
    ...{ long_prefill_token_threshold: longPrefillTokenThreshold, async_scheduling: asyncScheduling },
    ...{ chunked: enableChunkedPrefill, enable_prefix_caching: enablePrefixCaching, max_model_len: maxModelLen },
    free_blocks_at_start: numBlocks - 1,
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [snake(name), value])),
  }
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** To the nanosecond. */
function seconds(ms: number): number {
  return Number((ms / 1e3).toFixed(9))
}

/** Added to `from` it is not later than `to`: readers order steps that overlap by that sum, and at `to` the next one is scheduled. */
function spanOf(from: number, to: number): number {
  let span = to - from
  while (from + span > to) span -= to * Number.EPSILON
  return span
}
