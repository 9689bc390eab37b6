import { FailureClass, Load, Plan, RunEnd, StopCause } from '@reprise/replay-engine'
import { z } from 'zod'
import { ArrivalCounts } from './arrival-counts.ts'
import { AttemptBreak } from './attempt-break.ts'
import { Breakdown } from './breakdown.ts'
import { CacheSources } from './cache-sources.ts'
import { ClientHealth } from './client-health.ts'
import { ColdStarts } from './cold-starts.ts'
import { CorpusFacts } from './corpus-facts.ts'
import { EngineModel } from './engine-model.ts'
import { Estimate, IntervalBasis } from './estimate.ts'
import { FidelityFacts } from './fidelity.ts'
import { Goodput } from './goodput.ts'
import { JobFigures } from './job-figures.ts'
import { Limits } from './limits.ts'
import { Metrics } from './metric.ts'
import { Power } from './power.ts'
import { Precision } from './precision.ts'
import { Identity, RunTarget } from './run-header.ts'
import { GitCommit, WorkflowRun } from './run-origin.ts'
import { RunShard, RunShards } from './run-shard.ts'
import { ServerSide } from './server-side.ts'
import { Submission } from './submission.ts'
import { ToldName } from './told-name.ts'

const count = z.int().nonnegative()

/** Requests by outcome. `requests` is the sum of the others. */
export const OutcomeCounts = z.strictObject({
  requests: count,
  ok: count,
  failed: count,
  truncated: count,
  cancelled: count,
})
export type OutcomeCounts = z.infer<typeof OutcomeCounts>

/** Requests of the profiling phase; those of other phases stand apart. */
export const Counts = OutcomeCounts.extend({
  /** Failed requests by class. */
  failures: z.partialRecord(FailureClass, count),
  /** Truncated requests that the server refused; the others the plan did not send. */
  refusedAsTooLong: count,
  /** Requests sent a second time because the connection had died before a byte moved. */
  resent: count,
  /** Session trees of which at least one request was due in the profiling phase. */
  plays: count,
  /** Equally large trees that tell as much as these do: Kish's effective number over requests that ended well. Absent: none did. */
  effectivePlays: z.number().optional(),
  warmup: OutcomeCounts,
  drain: OutcomeCounts.optional(),
  /** Traces left out because their first turn does not fit the context. */
  leftOutTraces: count,
})
export type Counts = z.infer<typeof Counts>

/** Tokens per second over the profiling window. */
export const Throughput = z.strictObject({
  /** Input, reused prefixes included, and output. */
  total: z.number(),
  input: z.number(),
  /** Input without what the server took from its cache; absent where it does not say. */
  freshInput: z.number().optional(),
  /** Credited requests whose cached tokens are unknown; they are missing in `freshInput`. Absent when there are none. */
  freshInputUnknownRequests: count.optional(),
  output: z.number(),
  requestsPerS: z.number(),
  windowMs: z.number().positive(),
  /** How far each rate can be trusted. Older results have none. */
  intervals: IntervalBasis.extend({
    total: Estimate,
    input: Estimate,
    freshInput: Estimate.optional(),
    output: Estimate,
    requestsPerS: Estimate,
  }).optional(),
})
export type Throughput = z.infer<typeof Throughput>

/** Share of prompt tokens found in a cache: 0 to 1. */
export const CacheHit = z.strictObject({
  /** As the server reports it; absent where it tells no cached tokens. */
  measured: z.number().optional(),
  /** What a cache without limit would have held. */
  ideal: z.number().optional(),
  /** Requests in `measured`. */
  knownRequests: count,
  requests: count,
  /** Absent where no request tells more than how much was found. */
  sources: CacheSources.optional(),
  /** How far each rate can be trusted; the basis is that of `measured`, where there is one. Older results have none. */
  intervals: IntervalBasis.extend({ measured: Estimate.optional(), ideal: Estimate }).optional(),
})
export type CacheHit = z.infer<typeof CacheHit>

/** Planned against reported tokens of the requests that ended well and whose usage the server reports. */
export const TokenAgreement = z.strictObject({
  requests: count,
  unreported: count,
  /** Prompts shorter than the chat template can make exact; in none of the other numbers. Absent: there are none. */
  tooShort: count.optional(),
  planned: count,
  reported: count,
  /** Share of `requests` in which both are equal; absent when none reports. */
  exactShare: z.number().optional(),
  /** The largest differences first. */
  mismatched: z.array(z.strictObject({ id: z.string(), planned: count, reported: count })),
})
export type TokenAgreement = z.infer<typeof TokenAgreement>

export const OutputTokens = TokenAgreement.extend({
  /** Where the token count of each request that ended well came from. */
  countedBy: z.strictObject({ usage: count, length: count, chunks: count, none: count }),
  /** Replies with a pace whose first chunks held an unknown number of tokens; taken as one each. */
  firstChunkAssumed: count,
  /** Replies with a pace whose first read brought several tokens, how many by its share of the text. Absent: there are none. */
  firstChunkShared: count.optional(),
  /** Replies that showed less than the server says it generated, and those of them that showed nothing. Absent: there are none. */
  hidden: z.strictObject({ replies: count, showedNothing: count }).optional(),
  /** Replies of two tokens or more that came nearly whole at one instant. Absent: there are none. */
  paceUnseen: count.optional(),
  /** Replies for which the server reports more tokens than it was asked for. Absent: there are none. */
  overAsked: count.optional(),
  /** Replies that came in more chunks than they have tokens, by usage or else at most. Absent: there are none. */
  moreChunks: count.optional(),
  /** Replies without usage whose text is too little for the tokens that were asked for. Absent: there are none. */
  surelyShort: count.optional(),
  /** Replies whose first gap is far above their later ones, `of` those that were looked at, and the median time to the second read. Absent: there are none. */
  oddFirstGap: z.strictObject({ replies: count, of: count, secondReadP50Ms: z.number() }).optional(),
})
export type OutputTokens = z.infer<typeof OutputTokens>

/** Requests that ended well and whose server told token counts that cannot be; these counts are in no number. */
export const IgnoredUsage = z.strictObject({
  requests: count,
  /** By why; a request may have several. */
  reasons: z.record(z.string(), count),
})
export type IgnoredUsage = z.infer<typeof IgnoredUsage>
/** A mean in the first and in the last third of the measured time, and the standard error of their difference. */
export const Trend = z.strictObject({ first: z.number(), last: z.number(), standardError: z.number().nonnegative() })
export type Trend = z.infer<typeof Trend>

export const Steadiness = z.strictObject({
  /** Prompt length of the requests sent. */
  inputTokens: Trend,
  /** Requests in flight. */
  inFlight: Trend,
})
export type Steadiness = z.infer<typeof Steadiness>

const Settled = z.strictObject({
  /** Share of the window after which it is level. */
  cutShare: z.union([z.number().min(0).max(0.5), z.literal('not-reached')]),
  /** Probability of so strong a trend after that, if there were none. */
  trendP: z.number().optional(),
})

/** From when on a run is level. Nothing is cut off by it: every figure is of the whole window. */
export const Settling = z.strictObject({
  /** The latest of the three, from the start of the window. */
  cutMs: z.union([z.number().nonnegative(), z.literal('not-reached')]),
  output: Settled,
  inputTokens: Settled,
  ttft: Settled,
  /** What the figures are of what was sent after the cut. Absent where nothing would be cut, or not known where. */
  figures: z
    .strictObject({
      ttftP50Ms: z.number(),
      ttftP90Ms: z.number(),
      tpotP50Ms: z.number().optional(),
      output: z.number(),
    })
    .optional(),
})
export type Settling = z.infer<typeof Settling>

export const Validity = z.strictObject({
  verdict: z.enum(['valid', 'indicative', 'invalid']),
  /** `code: sentence`, those that make it invalid first. Empty when valid. */
  reasons: z.array(z.string()),
  /** The bounds it was judged by. */
  limits: Limits,
})
export type Validity = z.infer<typeof Validity>

const OneResult = z.strictObject({
  schema: z.literal('result/1'),
  identity: Identity,
  provenance: z.strictObject({
    seed: count,
    planDigest: z.string(),
    corpusDigest: z.string(),
    corpusOrigin: z.string(),
    corpusSource: z.string().optional(),
    corpusFacts: CorpusFacts.optional(),
    command: z.string(),
    preset: Plan.shape.preset,
    toolVersion: z.string(),
    replaySemantics: z.string(),
    commit: GitCommit.optional(),
    workflowRun: WorkflowRun.optional(),
    startedAt: z.string().optional(),
    target: RunTarget,
    /** What of the identity was told when the result was built, and not when the run began. Absent: nothing. */
    toldLater: z.array(ToldName).optional(),
  }),
  /** The load as planned; its `lanes` is the point's place in a sweep. */
  load: Load,
  completeness: z.strictObject({
    /** `killed`: the run left no word of its end; its last second may be missing. */
    ended: z.union([RunEnd, z.literal('killed')]),
    /** Only of a run that was given up (`stopped`). */
    stoppedBy: StopCause.optional(),
    /** Torn lines, which were left out. */
    unreadableLines: count,
    /** Only where the run broke off and was resumed. */
    resumed: z
      .strictObject({
        attempts: z.int().min(2),
        /** Where each attempt after the first begins, on the run's clock, and how the one before ended. */
        breaks: z.array(AttemptBreak.pick({ attempt: true, atMs: true, startedAt: true, after: true })),
        /** Requests that a break cut short and a later attempt sent again. They are in no other count or metric. */
        cutRequests: count,
      })
      .optional(),
    /** Only of a run that was to measure so exactly and no longer. */
    precision: Precision.optional(),
    /** Only of a part of a run. */
    shard: RunShard.optional(),
    /** Only of a run that was merged of its parts. */
    shards: RunShards.optional(),
  }),
  counts: Counts,
  /** Only of an open load. */
  arrivals: ArrivalCounts.optional(),
  metrics: Metrics,
  throughput: Throughput.optional(),
  cacheHit: CacheHit,
  inputTokens: TokenAgreement,
  outputTokens: OutputTokens,
  /** Absent: there are none. */
  ignoredUsage: IgnoredUsage.optional(),
  /** Absent where there is no window to divide, or too few lanes to tell an error. */
  steadiness: Steadiness.optional(),
  /** Absent where there is no window, or too little was measured to tell. */
  settling: Settling.optional(),
  /** Results from before parts were told have none. */
  breakdown: Breakdown.optional(),
  /** Absent where no shape has enough requests to tell. */
  coldStarts: ColdStarts.optional(),
  /** Absent where the plan was not at hand, or profiling never began. */
  jobs: JobFigures.optional(),
  /** Only where objectives were given. */
  goodput: Goodput.optional(),
  clientHealth: ClientHealth.extend({
    dispatchDelayMs: z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }).optional(),
  }),
  /** Of a run at recorded times: whether it was the workload that was captured. */
  fidelity: FidelityFacts.optional(),
  validity: Validity,
  /** What the server says of itself; absent where nothing was sampled. */
  server: ServerSide.optional(),
  /** Only of a simulated run. */
  engineModel: EngineModel.optional(),
  /** Absent where no meter was read. */
  power: Power.optional(),
  /** Absent where nobody publishes results by the preset. */
  submission: Submission.optional(),
})

export const Result = OneResult.extend({
  /** Of a ramp: a result for each step that came to be measured. The rest is of the run as a whole, settling included. */
  steps: z.array(OneResult).optional(),
})
export type Result = z.infer<typeof Result>

/** The points of a curve that a result has: itself, or its steps. */
export function pointsOf<One extends { readonly steps?: readonly Result[] | undefined }>(
  result: One,
): readonly (One | Result)[] {
  return result.steps ?? [result]
}
