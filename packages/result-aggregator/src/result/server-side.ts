import { ScrapeProblem } from '@reprise/telemetry'
import { z } from 'zod'

const count = z.int().nonnegative()
const tokens = z.number().nonnegative()

/** A page that was sampled beside the run. */
export const SampledSource = z.strictObject({
  url: z.string(),
  found: z.enum(['endpoint', 'option']),
  /** Where its page was found in the end. Absent: at `url`. */
  movedTo: z.string().optional(),
  /** Whose names it has; absent where they are nobody's that is known. */
  engine: z.string().optional(),
  /** Pages that came; all are of the run, the figures of the window. */
  samples: count,
  /** Series seen. */
  series: count,
  /** Answers that were no page, by kind. */
  problems: z.partialRecord(ScrapeProblem, count).optional(),
  /** What the first of them said. */
  firstProblem: z.string().optional(),
  /** Regular samples that were never asked for: the page before was still on its way, or too many had failed. */
  left: count.optional(),
  /** How late regular samples were asked for. */
  lateMs: z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }).optional(),
  /** How long pages took. */
  tookMs: z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }).optional(),
  /** Samples at which a counter had fallen: the server had begun anew. What it counted since then is in the figures. */
  resets: count.optional(),
  /** Series that stood on a page twice, at most; the first is read. */
  duplicates: count.optional(),
  /** It is the process of another source, by its place in this list, under another address: read once. */
  sameAs: count.optional(),
})
export type SampledSource = z.infer<typeof SampledSource>

/** A height over the time of the window in which all who tell it were known; requests are summed over engines. */
export const ServerLevel = z.strictObject({ mean: z.number(), p90: z.number(), max: z.number() })
export type ServerLevel = z.infer<typeof ServerLevel>

/** From a histogram of the server: percentiles are interpolated inside a bucket, and absent above the last bound. */
export const ServerLatencyFigures = z.strictObject({
  n: z.number().positive(),
  meanMs: z.number(),
  p50Ms: z.number().optional(),
  p90Ms: z.number().optional(),
})
export type ServerLatencyFigures = z.infer<typeof ServerLatencyFigures>

/** A latency as both sides measured it, by their means. */
export const BothSides = z.strictObject({
  clientMs: z.number(),
  clientN: count,
  serverMs: z.number(),
  serverN: z.number(),
  /** The client's minus the server's: network, HTTP, what stands before the engine, and the client itself. Absent where the two counted other requests. */
  outsideMs: z.number().optional(),
  /** Of the server's: waiting to be scheduled. */
  queueMs: z.number().optional(),
})
export type BothSides = z.infer<typeof BothSides>

/**
 * What the server says of itself in the profiling window. Counters are summed over engines and addresses, with resets seen; what no page
 * tells is absent.
 */
export const ServerSide = z.strictObject({
  sources: z.array(SampledSource),
  intervalMs: z.number().positive(),
  /** Length of the window that these figures are of. Absent: there was none, and so is everything below. */
  windowMs: z.number().positive().optional(),
  /** Share of it in which every engine that was ever seen was known. */
  coveredShare: z.number().optional(),
  /** The sampler left no word of its end. */
  endedEarly: z.literal(true).optional(),
  /** The file reached its bound: behind it there are samples at the edges of phases alone. */
  full: z.literal(true).optional(),
  promptTokens: tokens.optional(),
  generatedTokens: tokens.optional(),
  /** Where prompt tokens came from. */
  prompt: z
    .strictObject({
      /** Counted once for each prompt token, or at every look into the cache: a request that waits for memory looks again and again. */
      by: z.enum(['tokens', 'lookups']),
      computedTokens: tokens.optional(),
      localHitTokens: tokens.optional(),
      /** From a host's memory, a disk or another engine. */
      externalHitTokens: tokens.optional(),
      /** Hits of all kinds over all. Absent: nothing was looked up. */
      hitRate: z.number().optional(),
    })
    .optional(),
  preemptions: z.number().nonnegative().optional(),
  finishedRequests: z.number().nonnegative().optional(),
  running: ServerLevel.optional(),
  waiting: ServerLevel.optional(),
  /** Share of the KV cache in use, the mean over engines; `max` is that of the fullest. */
  kvUse: ServerLevel.optional(),
  hostKvUse: ServerLevel.optional(),
  /** Tokens that the KV caches of all engines hold together. */
  kvPoolTokens: z.int().positive().optional(),
  latency: z
    .partialRecord(z.enum(['ttft', 'e2e', 'queue', 'prefill', 'decode', 'itl']), ServerLatencyFigures)
    .optional(),
  besideClient: z.strictObject({ ttft: BothSides.optional(), e2e: BothSides.optional() }).optional(),
})
export type ServerSide = z.infer<typeof ServerSide>
