import type { SchedulerConfig } from '../core/engine-config.ts'
import { quoted, StepLogError, UnsupportedEngineConfig } from './step-log-error.ts'

type Values = Readonly<Record<string, unknown>>

/** Says nothing about the schedule, whatever the value. */
const inert = new Set([
  'model',
  'vllm',
  'version',
  'dtype',
  'seed',
  'kv_cache_dtype',
  'gpu_memory_utilization',
  'stream_interval',
])

/** Keys with the one value at which the scheduler behaves as ours. */
const fixed: ReadonlyMap<string, { readonly values: readonly unknown[]; readonly supported: string }> = new Map([
  ['policy', { values: ['fcfs', 'priority'], supported: 'only "fcfs" and "priority" are' }],
  ['async_scheduling', { values: [false, true], supported: 'only true and false are' }],
  [
    'speculative_method',
    { values: ['eagle', 'eagle3', 'mtp'], supported: 'only the heads "eagle", "eagle3" and "mtp" are' },
  ],
  [
    'hash_algo',
    {
      values: ['builtin', 'sha256', 'sha256_cbor', 'xxhash', 'xxhash_cbor'],
      supported: "only vLLM's own block hashes are",
    },
  ],
])

const known = new Set([
  ...[
    'num_blocks',
    'block_size',
    'max_num_seqs',
    'max_num_batched_tokens',
    'max_num_scheduled_tokens',
    'max_model_len',
  ],
  ...['reserve_full_isl', 'scheduler_reserve_full_isl', 'watermark', 'long_prefill_token_threshold'],
  ...['chunked', 'enable_chunked_prefill', 'enable_prefix_caching', 'free_blocks_at_start'],
  ...['long_prefill_token_threshold_adaptive', 'max_num_active_seqs', 'prefill_schedule_interval'],
  ...['num_speculative_tokens'],
])

/**
 * The scheduler settings of a step log's `cfg` object.
 *
 * @throws UnsupportedEngineConfig for a setting that our scheduler cannot honour, unknown ones included.
 * @throws StepLogError when a setting is missing or is not of its type.
 */
export function parseLoggedConfig(cfg: Values, place: string): SchedulerConfig {
  for (const [key, value] of Object.entries(cfg)) refuseUnlessHonoured(key, value)
  const read = readerOf(cfg, place)
  const numBlocks = read.int(['num_blocks'], 2)
  // A step's tokens are bound by both.
  const batched = read.int(['max_num_batched_tokens'], 1, cfg.max_num_scheduled_tokens as number | undefined)
  const budget = Math.min(batched, read.int(['max_num_scheduled_tokens'], 1, batched))
  const drafts = read.int(['num_speculative_tokens'], 0, 0)
  const most = read.int(['max_num_seqs'], 1)
  const config: SchedulerConfig = {
    numBlocks,
    blockSize: read.int(['block_size'], 1),
    maxNumSeqs: most,
    maxNumActiveSeqs: read.int(['max_num_active_seqs'], 1, most),
    maxNumBatchedTokens: budget,
    maxModelLen: read.int(['max_model_len'], 1),
    enablePrefixCaching: read.flag(['enable_prefix_caching'], true),
    enableChunkedPrefill: read.flag(['chunked', 'enable_chunked_prefill'], true),
    longPrefillTokenThreshold: read.int(['long_prefill_token_threshold'], 0, 0),
    longPrefillTokenThresholdAdaptive: read.flag(['long_prefill_token_threshold_adaptive'], false),
    prefillScheduleInterval: read.int(['prefill_schedule_interval'], 1, 1),
    reserveFullIsl: read.flag(['reserve_full_isl', 'scheduler_reserve_full_isl'], true),
    watermark: read.share(['watermark'], 0),
    ...(cfg.policy === 'priority' && { schedulingPolicy: 'priority' as const }),
    ...(cfg.async_scheduling === true && { asyncScheduling: true }),
    // The log says how many are accepted.
    ...(drafts > 0 && { speculation: { numSpeculativeTokens: drafts, syntheticAcceptanceLength: 1 } }),
  }
  if (config.longPrefillTokenThresholdAdaptive && batched !== budget)
    throw new UnsupportedEngineConfig(
      'max_num_scheduled_tokens',
      budget,
      'with long_prefill_token_threshold_adaptive only that of max_num_batched_tokens is',
    )
  const startsWith = read.int(['free_blocks_at_start'], 0, numBlocks - 1)
  if (startsWith !== numBlocks - 1) {
    throw new UnsupportedEngineConfig(
      'free_blocks_at_start',
      startsWith,
      `only an idle engine is (${numBlocks - 1} free blocks)`,
    )
  }
  return config
}

function refuseUnlessHonoured(key: string, value: unknown): void {
  if (known.has(key) || inert.has(key)) return
  const rule = fixed.get(key)
  if (!rule)
    throw new UnsupportedEngineConfig(
      key,
      value,
      `the setting is unknown here; known are ${[...known, ...fixed.keys()].join(', ')}`,
    )
  if (!rule.values.includes(value)) throw new UnsupportedEngineConfig(key, value, rule.supported)
}

/** Readers that take the first of the names that the object has. */
function readerOf(cfg: Values, place: string) {
  const pick = <T>(
    names: readonly string[],
    wanted: string,
    fallback: T | undefined,
    fits: (value: unknown) => value is T,
  ): T => {
    // A setting that was never made is logged as null.
    const given = names.filter((candidate) => (cfg[candidate] ?? undefined) !== undefined)
    const [name] = given
    const other = given.find((each) => cfg[each] !== cfg[name!])
    if (other !== undefined)
      throw new UnsupportedEngineConfig(
        other,
        cfg[other],
        `${name} is another name of it and says ${quoted(cfg[name!])}`,
      )
    if (name === undefined) {
      if (fallback !== undefined) return fallback
      throw new StepLogError(`${place}: cfg has no "${names[0]}"; write ${wanted}`)
    }
    const value = cfg[name]
    if (fits(value)) return value
    throw new StepLogError(`${place}: cfg.${name} is ${quoted(value)}; write ${wanted}`)
  }
  return {
    int: (names: readonly string[], least: number, fallback?: number) =>
      pick(
        names,
        `a whole number of at least ${least}`,
        fallback,
        (value): value is number => isWhole(value) && value >= least,
      ),
    flag: (names: readonly string[], fallback: boolean) =>
      pick(names, 'true or false', fallback, (value): value is boolean => typeof value === 'boolean'),
    share: (names: readonly string[], fallback: number) =>
      pick(
        names,
        'a number from 0 to 1',
        fallback,
        (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
      ),
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
