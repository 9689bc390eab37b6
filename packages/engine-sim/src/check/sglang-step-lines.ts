import type { SglangSchedulerConfig } from '../core/engine-config.ts'
import { SglangDecodeScheduler } from '../core/sglang/sglang-decode-scheduler.ts'
import { SglangPlan } from '../core/sglang/sglang-plan.ts'
import { SglangScheduler } from '../core/sglang/sglang-scheduler.ts'
import type { StepListener } from '../core/step-listener.ts'
import { sglangStepFields } from './sglang-step-fields.ts'

/**
 * Lines in the form of a log of SGLang's scheduler, in microseconds, and `kv`, the share of its pages that are held. It says nothing of
 * `step_time`, which is another form than ours.
 *
 * Source of the form: ../shared/data/sglang/README.md
 */
export function sglangStepLines(config: SglangSchedulerConfig, tell: (line: string) => void): StepListener {
  const line = (value: object) => tell(JSON.stringify(value))
  let step = 0
  /** Added and not told: when they were seen is known with the next step. */
  let added: { readonly add: string; readonly due: number }[] = []
  line({ cfg: cfgOf(config) })
  return {
    added: ({ id }, queuedMs) => {
      added.push({ add: id, due: microseconds(queuedMs) })
    },
    scheduled: ({ plan, scheduler, atMs, beginMs, endMs }) => {
      const says = scheduler instanceof SglangScheduler || scheduler instanceof SglangDecodeScheduler
      if (!(plan instanceof SglangPlan && says)) return
      const t = microseconds(atMs)
      for (const one of added) line({ ...one, t })
      added = []
      const times = { t, dt: microseconds(endMs - beginMs), ...(config.enableOverlap && { t0: microseconds(beginMs) }) }
      const { usedBlocks, totalBlocks } = scheduler.counts
      const kv = Number((usedBlocks / totalBlocks).toFixed(6))
      line({ s: step, ...sglangStepFields(plan, scheduler, times), kv })
      step += 1
    },
  }
}

function cfgOf(config: SglangSchedulerConfig): object {
  const tokens = config.numBlocks * config.blockSize
  return {
    ...{ sglang: '0.5.23', kv_tokens: tokens, available_at_start: tokens, page_size: config.blockSize },
    ...{ chunked_prefill_size: config.chunkedPrefillSize || null, max_prefill_tokens: config.maxPrefillTokens },
    ...{ max_running_requests: config.maxRunningRequests, schedule_policy: config.schedulePolicy },
    ...{ eviction: config.radixEvictionPolicy ?? 'lru', overlap: config.enableOverlap },
    ...{ mixed_chunk: config.enableMixedChunk, radix: config.enablePrefixCaching },
    ...{ init_new_token_ratio: config.initNewTokenRatio, min_new_token_ratio: config.minNewTokenRatio },
    ...{ ratio_decay: config.newTokenRatioDecay, max_req_len: config.maxModelLen + 1 },
  }
}

/** To the nanosecond. */
function microseconds(ms: number): number {
  return Number((ms * 1e3).toFixed(3))
}
