import { z } from 'zod'

const count = z.int().nonnegative()
const instant = z.number()

/** Numbers that JSON has no word for are told by their names in the text format. */
export const StoredValue = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf'])])
export type StoredValue = z.infer<typeof StoredValue>

/** Where an address came from: the endpoint's own, an option, or what answered there when the page was not at the usual place. */
export const MetricsSource = z.strictObject({
  url: z.string().max(2_000),
  found: z.enum(['endpoint', 'option']),
})
export type MetricsSource = z.infer<typeof MetricsSource>

/** Why an answer holds no sample. */
export const scrapeProblems = [
  'unreachable',
  'timeout',
  'status',
  'broken',
  'too-large',
  'not-metrics',
  'too-many-series',
] as const
export const ScrapeProblem = z.enum(scrapeProblems)
export type ScrapeProblem = z.infer<typeof ScrapeProblem>

/** Edges of phases at which a sample is taken beside the regular ones: `profiling-start`. */
export const PhaseEdge = z.templateLiteral([z.enum(['warmup', 'profiling', 'drain']), '-', z.enum(['start', 'end'])])
export type PhaseEdge = z.infer<typeof PhaseEdge>

/** The first line of every attempt; series are numbered anew behind it. */
export const SamplesHead = z.strictObject({
  schema: z.literal('server-metrics/1'),
  attempt: z.int().positive(),
  intervalMs: z.number().positive(),
  timeoutMs: z.number().positive(),
  maxFileBytes: z.int().positive(),
  sources: z.array(MetricsSource),
  /** What the servers' log told of their KV caches before they served. */
  kvPool: z.strictObject({ tokens: z.int().positive(), engines: z.int().positive() }).optional(),
})
export type SamplesHead = z.infer<typeof SamplesHead>

const asked = {
  /** Index in `sources`. */
  source: count,
  /** When the page was asked for, on the run's clock; it was made at most `tookMs` later. */
  atMs: instant,
  tookMs: z.number().nonnegative(),
  /** How late it was asked for. Absent where no instant was set: at an edge. */
  lateMs: z.number().nonnegative().optional(),
  edge: PhaseEdge.optional(),
  /** Regular samples left out before it, because an earlier page was still on its way or had failed too often. */
  left: z.int().positive().optional(),
}

/** A page, as what it changes of the one before. */
export const SampleLine = z.strictObject({
  ...asked,
  /** Series not seen before; they are numbered from 0, per source, in this order. */
  new: z.array(z.tuple([z.string(), StoredValue])).optional(),
  /** Number of a series and its value, in turn. */
  set: z.array(StoredValue).optional(),
  /** Numbers of series that the page has no more. */
  gone: z.array(count).optional(),
  malformed: z.int().positive().optional(),
  duplicates: z.int().positive().optional(),
})
export type SampleLine = z.infer<typeof SampleLine>

export const ProblemLine = z.strictObject({ ...asked, problem: ScrapeProblem, detail: z.string().max(300).optional() })
export type ProblemLine = z.infer<typeof ProblemLine>

/** The page was found at another path of the same server. */
export const MovedLine = z.strictObject({ source: count, movedTo: z.string().max(2_000) })

/** The file has reached its bound: only edges follow. */
export const FullLine = z.strictObject({ full: z.literal(true), atMs: instant })

/** The sampler ended as it should. */
export const EndLine = z.strictObject({ end: z.literal(true), atMs: instant })

/** A line of `server-metrics.jsonl`, without its checksum. */
export const ServerMetricsLine = z.union([SampleLine, ProblemLine, MovedLine, FullLine, EndLine, SamplesHead])
export type ServerMetricsLine = z.infer<typeof ServerMetricsLine>
