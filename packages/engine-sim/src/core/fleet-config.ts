import { z } from 'zod'

const seed = z.int().nonnegative().default(42)
const seconds = z.number().nonnegative()

/**
 * A router that goes by what engines hold in their caches; names, meanings and defaults are Dynamo's (`router_temperature` and
 * `router_ttl_secs` have lost what they share).
 *
 * Source: `lib/kv-router/src/scheduling/config.rs` of Dynamo.
 */
export const KvRouterConfig = z.strictObject({
  routing: z.literal('kv'),
  /** What a block that an engine holds is worth beside one that it must compute. */
  overlapScoreCredit: z.number().nonnegative().default(1),
  /** How fast that falls where an engine has more to compute than others; 0: not at all. */
  overlapScoreCreditDecay: z.number().nonnegative().default(0),
  prefillLoadScale: z.number().nonnegative().default(1),
  /** Blocks that each request of an engine counts as, beside those that it holds. */
  decodeActiveRequestWeight: z.number().nonnegative().default(0),
  /** 0: the least cost, and any of several; above: a softmax over costs. */
  temperature: z.number().nonnegative().default(0),
  /** What engines hold is what they tell; false: what was sent to them within `ttlS`. */
  useKvEvents: z.boolean().default(true),
  ttlS: seconds.default(120),
  /** Besides what engines tell, they are taken to hold what was sent to them within so long; 0: they are not. */
  predictedTtlS: seconds.default(0),
  trackActiveBlocks: z.boolean().default(true),
  trackPrefillTokens: z.boolean().default(true),
  /** Requests that begin alike hold the same blocks. */
  assumeKvReuse: z.boolean().default(true),
  /** Of what is drawn: among equal costs, and at a temperature. */
  seed,
})
export type KvRouterConfig = z.infer<typeof KvRouterConfig>

/** Who chooses the engine of a fleet that takes a request, with everything that it goes by. */
export const RouterConfig = z.discriminatedUnion('routing', [
  z.strictObject({ routing: z.literal('round-robin') }),
  z.strictObject({ routing: z.literal('random'), seed }),
  z.strictObject({ routing: z.literal('least-loaded') }),
  /** A session that is idle for longer is a new one; 0: never. */
  z.strictObject({ routing: z.literal('session-affinity'), idleS: seconds.default(0) }),
  z.strictObject({
    routing: z.literal('consistent-hash'),
    points: z.int().positive().max(10_000).default(100),
    bound: z
      .number()
      .refine((bound) => bound === 0 || bound >= 1, 'write 0 for no bound, or at least 1')
      .default(0),
  }),
  KvRouterConfig,
])
export type RouterConfig = z.infer<typeof RouterConfig>

/** How KV gets from an engine that computed it to one that decodes. */
export const KvTransferConfig = z.strictObject({
  /** Bytes of KV of one token, all layers. */
  bytesPerToken: z.number().positive().default(163_840),
  /** Of the link of each engine, 1e9 bytes a second each way; what goes at once shares it. 0: no time is taken. */
  gbPerS: z.number().nonnegative().default(64),
  /** Before the first byte. */
  latencyMs: z.number().nonnegative().default(1),
  /** Most transfers from one engine at a time; 0: no limit. */
  mostAtOnce: z.int().nonnegative().default(0),
})
export type KvTransferConfig = z.infer<typeof KvTransferConfig>

const count = z.int().positive().max(1024)

/** Several equal engines behind a router. */
export const WorkersConfig = z.strictObject({ workers: count, router: RouterConfig })
export type WorkersConfig = z.infer<typeof WorkersConfig>

/** Engines that compute prompts, and others that decode: each kind with a router of its own. */
export const DisaggregatedConfig = z.strictObject({
  prefillWorkers: count,
  prefillRouter: RouterConfig,
  decodeWorkers: count,
  decodeRouter: RouterConfig,
  transfer: KvTransferConfig,
})
export type DisaggregatedConfig = z.infer<typeof DisaggregatedConfig>

export const FleetConfig = z.union([WorkersConfig, DisaggregatedConfig])
export type FleetConfig = z.infer<typeof FleetConfig>
