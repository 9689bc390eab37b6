import { z } from 'zod'
import { FleetConfig } from './fleet-config.ts'
import { Frontend } from './frontend.ts'
import { HiCache } from './offload/hicache-config.ts'
import { KvOffload } from './offload/kv-offload-config.ts'
import { Speculation } from './speculation.ts'
import type { LinearConstants } from './step-time/linear-step-time.ts'
import { StepTime } from './step-time/step-time.ts'

/** What the scheduler and the KV cache obey; names and defaults are vLLM's (V1). */
export const SchedulerConfig = z.strictObject({
  /** KV blocks, the reserved null block included: usable are `numBlocks - 1`. */
  numBlocks: z.int().min(2),
  /** Tokens per KV block. */
  blockSize: z.int().positive(),
  maxNumSeqs: z.int().positive(),
  /** Fewer that run together than there is place for. Default `maxNumSeqs`. */
  maxNumActiveSeqs: z.int().positive().optional(),
  /** Token budget of a step. */
  maxNumBatchedTokens: z.int().positive(),
  maxModelLen: z.int().positive(),
  enablePrefixCaching: z.boolean(),
  enableChunkedPrefill: z.boolean(),
  /** Most tokens of one request in one step, unless it is the only one; 0: no limit. */
  longPrefillTokenThreshold: z.int().nonnegative(),
  /** That limit is no less than a step's budget shared evenly among those that run and wait. Default false. */
  longPrefillTokenThresholdAdaptive: z.boolean().optional(),
  /** Admit a request only when its whole input fits in free blocks. */
  reserveFullIsl: z.boolean(),
  /** Who is served first, and who loses blocks last. Default `fcfs`. */
  schedulingPolicy: z.enum(['fcfs', 'priority']).optional(),
  /** Which cached block that nobody holds is taken first; vLLM itself has `lru` alone. Default `lru`. */
  evictionPolicy: z.enum(['lru', 'lineage']).optional(),
  /** A step is scheduled before the result of the one before it is known. Default false. */
  asyncScheduling: z.boolean().optional(),
  /**
   * Prompts are computed in every so manieth step alone, while somebody decodes: counted from the last step that computed one, and for ranks that
   * step together from when all were idle. Default 1.
   */
  prefillScheduleInterval: z.int().positive().optional(),
  /** Share of blocks kept free when a waiting request is admitted beside running ones. */
  watermark: z.number().min(0).max(1),
  /** Memory of the host, and disk, behind the device's cache. Default: none. */
  kvOffload: KvOffload.optional(),
  /** Default: one token a step. */
  speculation: Speculation.optional(),
})
export type SchedulerConfig = z.infer<typeof SchedulerConfig>

/**
 * What SGLang's scheduler and its radix cache obey; names and defaults are SGLang's, but for the blocks, which seats know by their name here.
 *
 * Source: server arguments of SGLang 0.5.23.
 */
export const SglangSchedulerConfig = z.strictObject({
  engine: z.literal('sglang'),
  /** Pages of KV: `max_total_num_tokens / page_size`. */
  numBlocks: z.int().min(2),
  /** Tokens per page: `page_size`. */
  blockSize: z.int().positive(),
  maxRunningRequests: z.int().positive(),
  /** Longest context: `context_length`. */
  maxModelLen: z.int().positive(),
  /** False: `disable_radix_cache`. */
  enablePrefixCaching: z.boolean(),
  /** Most tokens of a prefill step; 0: prompts are not cut. */
  chunkedPrefillSize: z.int().nonnegative(),
  /** Input budget of a prefill step. */
  maxPrefillTokens: z.int().positive(),
  schedulePolicy: z.enum(['fcfs', 'lpm']),
  enableMixedChunk: z.boolean(),
  /** Which leaf of the cache is evicted first. Default `lru`. */
  radixEvictionPolicy: z.enum(['lru', 'lfu', 'fifo', 'mru', 'filo', 'priority', 'slru']).optional(),
  /** Memory of the host behind the device's cache: `enable_hierarchical_cache`. Default: none. */
  hicache: HiCache.optional(),
  /** A step is scheduled before the result of the one before it is known. */
  enableOverlap: z.boolean(),
  /** While it decodes, the scheduler reads new requests every so many steps: `scheduler_recv_interval`. Default 1. */
  recvInterval: z.int().positive().optional(),
  /** Share of the output that running requests may still have, which is reserved: at the start, at least, and how it falls with each step. */
  initNewTokenRatio: z.number().min(0).max(1),
  minNewTokenRatio: z.number().min(0).max(1),
  newTokenRatioDecay: z.number().nonnegative(),
  /** Of one that decodes what another has computed: tokens of output that are reserved for each request. Default 512. */
  numReservedDecodeTokens: z.int().positive().optional(),
  /** Such a one keeps prefixes, and what it has is not sent. Default false. */
  disaggregationDecodeEnableRadixCache: z.boolean().optional(),
  /** Requests that such a one has room for beside those that run. Default: twice `maxRunningRequests` up to 32 of them, none above. */
  disaggregationDecodeExtraSlots: z.int().nonnegative().optional(),
  /** Default: one token a step. */
  speculation: Speculation.optional(),
})
export type SglangSchedulerConfig = z.infer<typeof SglangSchedulerConfig>

/**
 * What TensorRT-LLM's scheduler obeys; names and defaults are its own, but for the blocks and the context, which seats know by their names here. Steps follow one another:
 * its overlap of a step with the host's work on the one before it is not modelled.
 *
 * Source: `TorchLlmArgs` and `KvCacheConfig` of TensorRT-LLM 1.2.
 */
export const TrtllmSchedulerConfig = z.strictObject({
  engine: z.literal('trtllm'),
  /** KV blocks, a reserved one included: usable are `numBlocks - 1`. */
  numBlocks: z.int().min(2),
  /** Tokens per KV block: `tokens_per_block`. */
  blockSize: z.int().positive(),
  maxBatchSize: z.int().positive(),
  /** Token budget of a step. */
  maxNumTokens: z.int().positive(),
  /** Longest context: `max_seq_len`. */
  maxModelLen: z.int().positive(),
  /** `enable_block_reuse`. */
  enablePrefixCaching: z.boolean(),
  enableChunkedPrefill: z.boolean(),
  /**
   * `GUARANTEED_NO_EVICT` begins with a request when all that it may ever need is free, and takes nothing from anybody; `MAX_UTILIZATION` when its prompt
   * fits, and takes blocks from those that came last.
   */
  capacitySchedulerPolicy: z.enum(['GUARANTEED_NO_EVICT', 'MAX_UTILIZATION']),
})
export type TrtllmSchedulerConfig = z.infer<typeof TrtllmSchedulerConfig>

/** How one engine is served: what it schedules, how long its steps are, and how many ranks it has. */
export const EngineSetup = z.strictObject({
  /** Of the engine that is named in it; vLLM's where none is. */
  scheduler: z.union([SglangSchedulerConfig, TrtllmSchedulerConfig, SchedulerConfig]),
  stepTime: StepTime,
  /**
   * Ranks that step together, each with an attention, a cache and a scheduler of its own, which `scheduler` describes; a request is on one of them.
   * vLLM's `data_parallel_size`, SGLang's `dp_size` with attention of its own for each. Default 1.
   */
  dataParallelSize: z.int().min(1).max(1024).optional(),
  /**
   * Which rank takes a request: the one with the least of 4 x waiting + running (vLLM up to 0.26); with the fewest requests, those that wait counting more
   * where memory is short (vLLM from 0.27 on, and the default); one after the other (SGLang's default); or that of its session,
   * which a router in front knows.
   */
  dataParallelBalance: z.enum(['waiting', 'in-flight', 'round-robin', 'session']).optional(),
})
export type EngineSetup = z.infer<typeof EngineSetup>

/** An engine as data: what `simulate --engine FILE` and `serve --engine FILE` read. */
export const EngineConfig = z.strictObject({
  schema: z.literal('engine/1'),
  /** The model id that `/v1/models` answers with. */
  model: z.string().min(1),
  ...EngineSetup.shape,
  /** Of a fleet that has prefill and decode apart: the engines that decode, where they are not as those that compute prompts. */
  decodeEngine: EngineSetup.optional(),
  /** Several of it behind a router. */
  fleet: FleetConfig.optional(),
  /** Absent: clients speak to the engine itself. Nothing to a server, which has a way of its own. */
  frontend: Frontend.optional(),
})
export type EngineConfig = z.infer<typeof EngineConfig>

/** An engine of vLLM's scheduler and the linear form. */
export type VllmEngineConfig = Omit<EngineConfig, 'scheduler' | 'stepTime'> & {
  readonly scheduler: SchedulerConfig
  readonly stepTime: LinearConstants
}

/** One of the engines that decode in a fleet that has prefill and decode apart. */
export function decodeEngineOf({ decodeEngine, ...config }: EngineConfig): EngineConfig {
  if (!decodeEngine) return config
  const { dataParallelSize: _, dataParallelBalance: __, ...common } = config
  return { ...common, ...decodeEngine }
}

/** Whether a scheduler is SGLang's. */
export function isSglang(scheduler: EngineConfig['scheduler']): scheduler is SglangSchedulerConfig {
  return 'engine' in scheduler && scheduler.engine === 'sglang'
}

/** Whether a scheduler is TensorRT-LLM's. */
export function isTrtllm(scheduler: EngineConfig['scheduler']): scheduler is TrtllmSchedulerConfig {
  return 'engine' in scheduler && scheduler.engine === 'trtllm'
}
