import type { EngineConfig } from '../core/engine-config.ts'
import type { Labels } from './render-metrics.ts'

/** Settings that the embedded model does not have: as of a vLLM that was not told of them. Source: `cache_config_info` of vLLM 0.32.0. */
const others: Labels = {
  _block_size_resolved: 'True',
  cache_dtype: 'auto',
  cache_hit_alignment_tokens: 'None',
  enable_mamba_shared_prefix_checkpoint: 'False',
  gpu_memory_utilization: '0.92',
  hash_block_size: 'None',
  is_attention_free: 'False',
  kv_cache_dtype_skip_layers: '[]',
  kv_cache_layout: 'None',
  kv_cache_memory_bytes: 'None',
  kv_offloading_backend: 'native',
  kv_sharing_fast_prefill: 'False',
  mamba_block_size: 'None',
  mamba_cache_dtype: 'auto',
  mamba_cache_mode: 'none',
  mamba_page_size_padded: 'None',
  mamba_ssm_cache_dtype: 'float32',
  num_cpu_blocks: 'None',
  num_gpu_blocks_override: 'None',
  prefix_cache_retention_interval: '0',
  prefix_caching_hash_algo: 'sha256',
  prefix_match_unit: 'None',
  replayssm_buffer_len: '16',
  skip_page_size_padded: 'None',
  sliding_window: 'None',
  swa_bounded_replay: 'True',
  use_kda_recoverssm: 'False',
  use_replayssm: 'False',
  user_specified_block_size: 'True',
}

/** What vLLM tells of its cache's configuration: its blocks, how many tokens and how many whole contexts they hold, and what stands behind them. */
export function cacheConfigLabels({ scheduler }: EngineConfig): Labels {
  const { blockSize, numBlocks, maxModelLen, enablePrefixCaching } = scheduler
  const tokens = numBlocks * blockSize
  const offload = 'kvOffload' in scheduler ? scheduler.kvOffload : undefined
  const gib = offload && (offload.hostBlocks * blockSize * offload.tokenBytes) / 2 ** 30
  return {
    ...others,
    block_size: String(blockSize),
    effective_attention_block_size: String(blockSize),
    enable_prefix_caching: enablePrefixCaching ? 'True' : 'False',
    kv_cache_max_concurrency: pythonFloat(tokens / maxModelLen),
    kv_cache_size_tokens: String(tokens),
    kv_offloading_size: gib === undefined ? 'None' : pythonFloat(gib),
    num_gpu_blocks: String(numBlocks),
  }
}

function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
