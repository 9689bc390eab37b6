import { defaultEngine, defaultSglangScheduler } from '../default-engine.ts'
import { EngineConfig } from '../engine-config.ts'
import type { HiCache } from '../offload/hicache-config.ts'
import type { HiCacheStorage } from '../offload/hicache-storage-config.ts'
import type { KvOffload } from '../offload/kv-offload-config.ts'
import { cacheBytesPerToken, cacheTokens } from '../roofline/cache-memory.ts'
import { type Deployment, type Placed, placedOf } from '../roofline/deployment.ts'
import { RooflineError } from '../roofline/roofline-error.ts'
import type { Speculation } from '../speculation.ts'

/** How a server is set up beside where its model runs; absent: the framework's defaults. */
export interface ServingSettings {
  /** Requests that run together on one rank at most. */
  readonly maxSequences?: number
  /** Fewer that vLLM lets run together than there is place for. */
  readonly maxActiveSequences?: number
  /** Tokens of one step at most; of SGLang those of a chunk. */
  readonly tokensPerStep?: number
  /** Input tokens of a prefill step of SGLang at most. */
  readonly maxPrefillTokens?: number
  /** Of each GPU's memory. */
  readonly memoryShare?: number
  readonly maxModelLen?: number
  readonly blockSize?: number
  readonly enablePrefixCaching?: boolean
  readonly schedulePolicy?: 'fcfs' | 'lpm'
  readonly schedulingPolicy?: 'fcfs' | 'priority'
  readonly asyncScheduling?: boolean
  readonly enableOverlap?: boolean
  readonly enableMixedChunk?: boolean
  /** Decode steps after which SGLang looks for new requests. */
  readonly recvInterval?: number
  readonly longPrefillTokenThreshold?: number
  readonly longPrefillTokenThresholdAdaptive?: boolean
  readonly prefillScheduleInterval?: number
  /** Of the host's memory, for blocks behind vLLM's cache, of all GPUs of a rank together. */
  readonly hostCacheBytes?: number
  /** Tokens that are stored there and found together; absent: those of a block. */
  readonly hostChunkTokens?: number
  readonly hostStore?: KvOffload['store']
  /** Whether the host's memory stands behind SGLang's cache: so many times what the device has, or so many gigabytes for each GPU. */
  readonly hicache?: boolean
  readonly hicacheRatio?: number
  readonly hicacheGb?: number
  readonly hicacheWritePolicy?: HiCache['writePolicy']
  /** What SGLang calls the storage behind that memory, and when a request waits for it. */
  readonly hicacheStorage?: string
  readonly hicachePrefetchPolicy?: HiCacheStorage['prefetchPolicy']
  readonly speculation?: Speculation
  /** How many times as long a step takes as its kernels. */
  readonly scale?: number
}

/** Source: defaults of the frameworks for large GPUs (vLLM 0.24, SGLang 0.5.14, TensorRT-LLM 1.2). */
const defaults = {
  vllm: { maxSequences: 256, tokensPerStep: 8192, memoryShare: 0.9, blockSize: 16 },
  trtllm: { maxSequences: 2048, tokensPerStep: 8192, memoryShare: 0.9, blockSize: 32 },
  sglang: { maxSequences: 256, tokensPerStep: 8192, memoryShare: 0.88, blockSize: 64 },
} as const

/**
 * The engine that a deployment is: one rank of it, with the blocks that the memory beside the weights holds, and steps as long as its kernels.
 * TensorRT-LLM's scheduler is vLLM's here, which can draft.
 *
 * @throws RooflineError when a name is not known, the model does not fit or cannot be divided like that.
 */
export function engineOfDeployment(deployment: Deployment, settings: ServingSettings = {}): EngineConfig {
  const placed = placedOf(deployment)
  const ofFramework = defaults[placed.framework]
  const { maxSequences, tokensPerStep, memoryShare, blockSize } = { ...ofFramework, ...settings }
  const numBlocks = Math.floor(cacheTokens(placed, memoryShare, Math.min(maxSequences, 64)) / blockSize)
  const { speculation } = settings
  const drafted = placed.framework === 'sglang' && speculation ? 2 * (1 + speculation.numSpeculativeTokens) : 0
  const fitting = (numBlocks - 2) * blockSize - drafted
  const wanted = settings.maxModelLen ?? Math.min(defaultEngine().scheduler.maxModelLen, fitting)
  if (wanted > fitting && (placed.framework !== 'sglang' || fitting < blockSize))
    throw new RooflineError(
      `a context of ${wanted} tokens does not fit the ${Math.max(0, fitting)} that the cache holds beside the weights; use more GPUs or a shorter context`,
    )
  const maxModelLen = Math.min(wanted, fitting)
  const enablePrefixCaching = settings.enablePrefixCaching ?? true
  const common = { numBlocks, blockSize, maxModelLen, enablePrefixCaching, ...(speculation && { speculation }) }
  const scheduler =
    placed.framework === 'sglang'
      ? {
          ...defaultSglangScheduler(),
          ...common,
          maxRunningRequests: maxSequences,
          chunkedPrefillSize: tokensPerStep,
          maxPrefillTokens: settings.maxPrefillTokens ?? 16_384,
          ...given({
            schedulePolicy: settings.schedulePolicy,
            enableOverlap: settings.enableOverlap,
            enableMixedChunk: settings.enableMixedChunk,
            recvInterval: settings.recvInterval,
            hicache: settings.hicache && hicacheOf(placed, settings, { numBlocks, blockSize }),
          }),
        }
      : {
          ...defaultEngine().scheduler,
          ...common,
          maxNumSeqs: maxSequences,
          maxNumBatchedTokens: tokensPerStep,
          ...given({
            schedulingPolicy: settings.schedulingPolicy,
            asyncScheduling: settings.asyncScheduling,
            longPrefillTokenThreshold: settings.longPrefillTokenThreshold,
            longPrefillTokenThresholdAdaptive: settings.longPrefillTokenThresholdAdaptive,
            maxNumActiveSeqs: settings.maxActiveSequences,
            prefillScheduleInterval: settings.prefillScheduleInterval,
            kvOffload: settings.hostCacheBytes && offloadOf(placed, settings, blockSize),
          }),
        }
  const scale = settings.scale === undefined ? {} : { scale: settings.scale }
  return EngineConfig.parse({
    schema: 'engine/1',
    model: deployment.model,
    scheduler,
    stepTime: { kind: 'roofline', ...deployment, ...scale },
  })
}

/** Gigabytes a second of one GPU and the host in one direction: PCIe 5.0 x16 has 63, of which large copies reach about four fifths. An assumption. */
const HOST_LINK_GB_PER_S = 50

/** Each GPU moves its part of a block over a link of its own. */
function offloadOf(
  placed: Placed,
  { hostCacheBytes: bytes = 0, hostChunkTokens = 0, hostStore }: ServingSettings,
  blockSize: number,
) {
  const chunkBlocks = Math.floor(hostChunkTokens / blockSize)
  const tokenBytes = cacheBytesPerToken(placed) * placed.tp
  const hostBlocks = Math.max(1, Math.floor(bytes / (tokenBytes * blockSize)))
  return {
    ...{ hostBlocks, tokenBytes, host: { gbPerS: HOST_LINK_GB_PER_S * placed.tp } },
    ...(chunkBlocks > 1 && { chunkBlocks }),
    ...(hostStore && { store: hostStore }),
  }
}

/** How many times what the device has is in the host where nobody says so. Source: `hicache_ratio` of SGLang's server arguments. */
const HICACHE_RATIO = 2

/** Of each GPU its part, likewise. Source: `HostKVCache` of SGLang (`mem_cache/memory_pool_host.py`): gigabytes go before the ratio, and are of 10^9 bytes. */
function hicacheOf(
  placed: Placed,
  settings: ServingSettings,
  { numBlocks, blockSize }: { readonly numBlocks: number; readonly blockSize: number },
) {
  const { hicacheRatio = HICACHE_RATIO, hicacheGb, hicacheWritePolicy } = settings
  const gpuTokenBytes = cacheBytesPerToken(placed)
  const pages = hicacheGb ? (hicacheGb * 1e9) / (gpuTokenBytes * blockSize) : hicacheRatio * numBlocks
  return {
    hostPages: Math.max(1, Math.floor(pages)),
    tokenBytes: gpuTokenBytes * placed.tp,
    host: { gbPerS: HOST_LINK_GB_PER_S * placed.tp },
    ...(hicacheWritePolicy && { writePolicy: hicacheWritePolicy }),
    ...(settings.hicacheStorage !== undefined && { storage: storageOf(placed, settings) }),
  }
}

/** Gigabytes a second in one direction: of a node's disk, and of one GPU to a storage on other machines over 400 Gb/s. Assumptions. */
const DISK_GB_PER_S = 7
const NETWORK_GB_PER_S = 50

/** `file` is a disk of its node; any other storage has no end, and several servers have it in common. */
function storageOf(placed: Placed, { hicacheStorage, hicachePrefetchPolicy }: ServingSettings): HiCacheStorage {
  const isFile = hicacheStorage === 'file'
  return {
    gbPerS: isFile ? DISK_GB_PER_S : NETWORK_GB_PER_S * placed.tp,
    isShared: !isFile,
    ...(hicachePrefetchPolicy && { prefetchPolicy: hicachePrefetchPolicy }),
  }
}

function given(settings: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
