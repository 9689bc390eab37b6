import { z } from 'zod'
import { SglangSchedulerConfig } from '../core/engine-config.ts'
import { leafOrders } from '../core/sglang/leaf-order.ts'
import { quoted, StepLogError, UnsupportedEngineConfig } from './step-log-error.ts'

type Values = Readonly<Record<string, unknown>>

/** Says nothing about the schedule, whatever the value. */
const inert = new Set(['case', 'plan', 'torch', 'tree', 'tree_core', 'allocator', 'active_policy', 'conservativeness'])

const evictionPolicies = Object.keys(leafOrders)

/** Keys with the values at which the scheduler behaves as ours. */
const fixed: ReadonlyMap<string, { readonly values: readonly unknown[]; readonly supported: string }> = new Map([
  ['sglang', { values: ['0.5.22', '0.5.23'], supported: 'the rules are those of 0.5.22 and 0.5.23' }],
  ['eviction', { values: evictionPolicies, supported: `only ${evictionPolicies.join(', ')} are` }],
  ['prefill_max_requests', { values: [null], supported: 'only null is: no limit on requests in a prefill' }],
])

const LoggedConfig = z.looseObject({
  kv_tokens: z.int().positive(),
  available_at_start: z.int().positive(),
  page_size: z.int().positive(),
  chunked_prefill_size: z.int().nullable(),
  max_prefill_tokens: z.int().positive(),
  max_running_requests: z.int().positive(),
  req_rows: z.int().positive().optional(),
  schedule_policy: z.enum(['fcfs', 'lpm']),
  eviction: SglangSchedulerConfig.shape.radixEvictionPolicy,
  overlap: z.boolean(),
  mixed_chunk: z.boolean(),
  radix: z.boolean(),
  init_new_token_ratio: z.number(),
  min_new_token_ratio: z.number(),
  ratio_decay: z.number(),
  max_req_len: z.int().positive(),
  max_req_input_len: z.int().positive().optional(),
  step_time: z.strictObject({ a: z.number(), b: z.number(), c: z.number(), d: z.number().positive() }).optional(),
  extra: z.strictObject({}).optional(),
})

/** Microseconds: a + b x prefill tokens + c x requests + context tokens / d, rounded down. */
export type LoggedStepTime = NonNullable<z.infer<typeof LoggedConfig>['step_time']>

/** Whether the `cfg` object of a step log is of SGLang. */
export function isSglangConfig(cfg: Values): boolean {
  return 'sglang' in cfg || 'kv_tokens' in cfg
}

/**
 * The scheduler settings of the `cfg` object of a log of SGLang. Source of the form: ../shared/data/sglang/README.md
 *
 * @throws UnsupportedEngineConfig for a setting that our scheduler cannot honour, unknown ones included.
 * @throws StepLogError when a setting is missing or is not of its type.
 */
export function parseSglangConfig(
  cfg: Values,
  place: string,
): { readonly config: SglangSchedulerConfig; readonly stepTime: LoggedStepTime | undefined } {
  for (const [key, value] of Object.entries(cfg)) refuseUnlessHonoured(key, value)
  const parsed = LoggedConfig.safeParse(cfg)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new StepLogError(`${place}: cfg.${quoted(path.join('.'))}: ${message}`)
  }
  const logged = parsed.data
  const numBlocks = Math.floor(logged.kv_tokens / logged.page_size)
  if (logged.available_at_start !== numBlocks * logged.page_size) {
    const supported = `only an idle engine is (${numBlocks * logged.page_size} free tokens)`
    throw new UnsupportedEngineConfig('available_at_start', logged.available_at_start, supported)
  }
  if (logged.req_rows !== undefined && logged.req_rows !== logged.max_running_requests) {
    throw new UnsupportedEngineConfig('req_rows', logged.req_rows, 'only as many as max_running_requests are')
  }
  const config = SglangSchedulerConfig.parse({
    engine: 'sglang',
    numBlocks,
    blockSize: logged.page_size,
    maxRunningRequests: logged.max_running_requests,
    maxModelLen: logged.max_req_len - 1,
    enablePrefixCaching: logged.radix,
    chunkedPrefillSize: Math.max(0, logged.chunked_prefill_size ?? 0),
    maxPrefillTokens: logged.max_prefill_tokens,
    schedulePolicy: logged.schedule_policy,
    radixEvictionPolicy: logged.eviction,
    enableMixedChunk: logged.mixed_chunk,
    enableOverlap: logged.overlap,
    initNewTokenRatio: logged.init_new_token_ratio,
    minNewTokenRatio: logged.min_new_token_ratio,
    newTokenRatioDecay: logged.ratio_decay,
  })
  return { config, stepTime: logged.step_time }
}

function refuseUnlessHonoured(key: string, value: unknown): void {
  if (inert.has(key)) return
  const rule = fixed.get(key)
  if (rule && !rule.values.includes(value)) throw new UnsupportedEngineConfig(key, value, rule.supported)
  if (rule || Object.hasOwn(LoggedConfig.shape, key)) {
    if (key === 'schedule_policy' && !['fcfs', 'lpm'].includes(String(value)))
      throw new UnsupportedEngineConfig(key, value, 'only "fcfs" and "lpm" are')
    if (key === 'extra' && Object.keys(value ?? {}).length > 0)
      throw new UnsupportedEngineConfig(key, value, 'no further setting is known here')
    return
  }
  const known = [...Object.keys(LoggedConfig.shape), ...fixed.keys()].join(', ')
  throw new UnsupportedEngineConfig(key, value, `the setting is unknown here; known are ${known}`)
}
