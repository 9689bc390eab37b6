import type { EngineCounts } from '../../core/engine.ts'
import { type EngineConfig, isSglang, isTrtllm } from '../../core/engine-config.ts'
import type { GenerationSeat } from '../serve-generation.ts'

/** Whose manners the server has, and that it is not that engine. */
export const sglangVersion = '0.5.23+reprise.sim'

/** What `/v1/models` answers. */
export function sglangModels({ model, scheduler }: EngineConfig): object {
  const created = Math.floor(Date.now() / 1e3)
  const card = { id: model, object: 'model', created, owned_by: 'reprise', root: model, parent: null }
  return { object: 'list', data: [{ ...card, max_model_len: scheduler.maxModelLen }] }
}

/** What `/model_info` answers; what the embedded model has nothing of is null. */
export function modelInfo({ model }: EngineConfig): object {
  return {
    ...{ model_path: model, served_model_name: model, tokenizer_path: model },
    ...{ is_generation: true, preferred_sampling_params: null, weight_version: 'default', load_format: 'auto' },
    ...{ reasoning_parser: null, tool_call_parser: null, disaggregation_mode: 'null' },
    ...{ has_image_understanding: false, has_audio_understanding: false, model_type: null, architectures: null },
  }
}

/** What one of the schedulers of an engine holds, and how many tokens it says that it makes. */
export interface RankState {
  readonly counts: EngineCounts
  readonly tokensPerS: number
}

/**
 * What `/server_info` answers: the arguments that the description of the engine knows, by SGLang's names, and the state of its schedulers.
 * `reprise_engine` is the whole description, as `--engine` takes it.
 */
export function serverInfo({ model: { engine }, streamInterval }: GenerationSeat, ranks: readonly RankState[]): object {
  const argumentsOf = { ...modelArguments(engine), ...schedulerArguments(engine), stream_interval: streamInterval }
  const stateOf = ({ counts: { speculation: drafted }, tokensPerS }: RankState) => ({
    ...argumentsOf,
    effective_max_running_requests_per_dp: maxRunningOf(engine),
    last_gen_throughput: tokensPerS,
    memory_usage: { token_capacity: poolTokensOf(engine) },
    ...(drafted?.drafts && { avg_spec_accept_length: 1 + drafted.acceptedTokens / drafted.drafts }),
  })
  return {
    ...argumentsOf,
    max_total_num_tokens: poolTokensOf(engine),
    internal_states: ranks.map(stateOf),
    ...{ version: sglangVersion, frontend: 'python', reprise_engine: engine },
  }
}

/** What `/v1/loads` answers; sections that the model has nothing for are left out. */
export function loadsOf({ model: { engine } }: GenerationSeat, ranks: readonly RankState[]): object {
  const { blockSize } = engine.scheduler
  const loads = ranks.map(({ counts, tokensPerS }, rank) => {
    const { running, waiting, usedBlocks, totalBlocks } = counts
    return {
      ...{ timestamp: Date.now() / 1e3, dp_rank: rank, num_running_reqs: running, num_waiting_reqs: waiting },
      ...{ num_used_tokens: usedBlocks * blockSize, max_total_num_tokens: totalBlocks * blockSize },
      max_running_requests: maxRunningOf(engine),
      token_usage: Number((usedBlocks / totalBlocks).toFixed(4)),
      gen_throughput: Number(tokensPerS.toFixed(2)),
      queues: { waiting, grammar: 0 },
    }
  })
  return { timestamp: new Date().toISOString(), version: sglangVersion, accelerator: null, num_accelerators: 1, loads }
}

/** Tokens that the KV cache of one engine holds. */
function poolTokensOf({ scheduler }: EngineConfig): number {
  return (isSglang(scheduler) ? scheduler.numBlocks : scheduler.numBlocks - 1) * scheduler.blockSize
}

function maxRunningOf({ scheduler }: EngineConfig): number {
  if (isSglang(scheduler)) return scheduler.maxRunningRequests
  return isTrtllm(scheduler) ? scheduler.maxBatchSize : scheduler.maxNumSeqs
}

function modelArguments({ model, scheduler, dataParallelSize = 1 }: EngineConfig): object {
  const drafts = 'speculation' in scheduler ? scheduler.speculation?.numSpeculativeTokens : undefined
  return {
    ...{ model_path: model, served_model_name: model, tokenizer_path: model, weight_version: 'default' },
    ...{
      context_length: scheduler.maxModelLen,
      tp_size: 1,
      pp_size: 1,
      dp_size: dataParallelSize,
      disaggregation_mode: 'null',
    },
    ...{ enable_metrics: true, enable_cache_report: true, speculative_algorithm: drafts ? 'EAGLE' : null },
    ...(drafts && {
      speculative_num_steps: drafts,
      speculative_eagle_topk: 1,
      speculative_num_draft_tokens: drafts + 1,
    }),
  }
}

function schedulerArguments(engine: EngineConfig): object {
  const { scheduler } = engine
  const { blockSize, enablePrefixCaching } = scheduler
  const known = { page_size: blockSize, disable_radix_cache: !enablePrefixCaching }
  if (!isSglang(scheduler)) return { ...known, max_running_requests: maxRunningOf(engine) }
  return {
    ...known,
    max_running_requests: scheduler.maxRunningRequests,
    chunked_prefill_size: scheduler.chunkedPrefillSize || -1,
    max_prefill_tokens: scheduler.maxPrefillTokens,
    schedule_policy: scheduler.schedulePolicy,
    enable_mixed_chunk: scheduler.enableMixedChunk,
    scheduler_recv_interval: scheduler.recvInterval ?? 1,
    radix_eviction_policy: scheduler.radixEvictionPolicy ?? 'lru',
    disable_overlap_schedule: !scheduler.enableOverlap,
  }
}
