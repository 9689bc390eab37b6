import { arrivalsOf, Load, Plan, RunEnd, StopCause } from '@reprise/replay-engine'
import { z } from 'zod'
import { ClientHealth } from './client-health.ts'
import { CorpusFacts } from './corpus-facts.ts'
import { countTurns } from './count-turns.ts'
import { EngineModel } from './engine-model.ts'
import { Slo } from './goodput.ts'
import { Precision } from './precision.ts'
import { RecordTally } from './record-tally.ts'
import { GitCommit, WorkflowRun } from './run-origin.ts'
import { RunShard, RunShards } from './run-shard.ts'

/** What was measured: the point's identity, as far as it is known. */
export const Identity = z.strictObject({
  model: z.string().min(1),
  /** What whoever ran it calls it; runs of one label and one configuration are one curve. */
  label: z.string().min(1).max(200).optional(),
  engine: z
    .strictObject({
      name: z.string(),
      version: z.string().optional(),
      image: z.string().optional(),
      /** Every setting of an engine model: cache size, budgets, step time. A prediction means nothing without it. */
      config: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  hardware: z.string().optional(),
  /** Accelerators of the whole deployment. Given by the job, never derived from a topology. */
  gpus: z.int().positive().optional(),
  /** What an hour of one of them costs, US dollars. */
  usdPerGpuHour: z.number().positive().optional(),
  precision: z.string().optional(),
  /** Parallel sizes and switches by name: `tp`, `pp`, `ep`, `disaggregated` and so on. */
  topology: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
  /** Id of the sweep's job that it measures. */
  point: z.string().optional(),
})
export type Identity = z.infer<typeof Identity>

/** Where the requests went. */
export const RunTarget = z.strictObject({
  kind: z.enum(['http', 'in-process']),
  url: z.string().optional(),
  /** More that served the same, where requests were spread over several, and how: each to the next, or a session to one. */
  otherUrls: z.array(z.string()).optional(),
  spread: z.enum(['round-robin', 'session']).optional(),
  /** Endpoints that every request went to through a proxy, that proxy without who asked it, and the flag or variable that said so. */
  proxies: z.array(z.strictObject({ endpoint: z.string(), proxy: z.string(), by: z.string() })).optional(),
  /** Certificates were not checked; absent: they were, where there is TLS. */
  insecure: z.literal(true).optional(),
  /** A model of an engine answered, not an engine. */
  simulated: z.boolean(),
  /** What prompts were made of; absent: the list of words that comes with the tool. */
  content: z.string().optional(),
  /** `live`: prompts had the server's own replies to the turns before; absent: words in their place. */
  assistant: z.literal('live').optional(),
  /** `natural`: the model ended its replies; absent: they were as long as recorded. */
  outputLength: z.literal('natural').optional(),
  /** Processes of the client that sent; absent: one. */
  processes: z.int().min(2).optional(),
  /** Absent: chat completions. */
  api: z.enum(['chat', 'completions', 'responses']).optional(),
  clock: z.enum(['wall', 'virtual']),
  /** How the server's prefix cache was left before the run: as it was, on purpose, or since it could not be emptied. Absent: emptied, or empty. */
  prefixCache: z.enum(['kept', 'not emptied']).optional(),
  /** Which engine it is. Absent where nobody asked, as in process. */
  engine: z
    .strictObject({
      /** As it says itself; absent where it says none, or contradicts itself. */
      name: z.string().optional(),
      version: z.string().optional(),
      /** By which of its answers: `owned_by vllm`. */
      signs: z.array(z.string()),
      /** The framework of the job, where there is one. */
      expected: z.string().optional(),
    })
    .optional(),
  /** Shorter prompts cannot be exact: the chat template alone is about as long. Absent: every prompt can. */
  leastPromptTokens: z.int().positive().optional(),
  /** Words of the list that prompts are made of, those that are one token in the server's tokenizer, and those it was not asked for. */
  words: z
    .strictObject({ listed: z.int().nonnegative(), usable: z.int().nonnegative(), notAsked: z.int().nonnegative() })
    .optional(),
  /** Name of the tokenizer.json that said so (`--tokenizer`); absent: the server itself did. */
  tokenizer: z.string().optional(),
  /** What the user added to every request: the names of headers, whose values may be secret, and fields of the body. */
  extras: z.strictObject({ headers: z.array(z.string()), body: z.record(z.string(), z.unknown()) }).optional(),
  /** What the target could not be asked for, in words: an option it refused, a check that it has no endpoint for. */
  notes: z.array(z.string()).optional(),
})
export type RunTarget = z.infer<typeof RunTarget>

/** `recorded`: captured from real agents; `synthetic`: generated; `preset`: generated, and the preset is defined on just this corpus. */
export const CorpusOrigin = z.enum(['recorded', 'synthetic', 'preset'])
export type CorpusOrigin = z.infer<typeof CorpusOrigin>

/** The part of a plan that a result quotes; the plan itself stays in `plan.json`. */
export const PlanFacts = z.strictObject({
  digest: z.string(),
  corpusDigest: z.string(),
  seed: z.int().nonnegative(),
  preset: Plan.shape.preset,
  load: Load,
  leftOut: Plan.shape.leftOut,
  /** Of an open load: how many sessions arrive. */
  arrivals: z.int().nonnegative().optional(),
  /** Turns of the trees that are played, and those of them that are never sent: they do not fit the context, or wait for one that does not. */
  turns: z.strictObject({ planned: z.int().nonnegative(), unsent: z.int().nonnegative() }).optional(),
})
export type PlanFacts = z.infer<typeof PlanFacts>

/** Known when a run starts: all that a result needs besides records and phases. */
export const RunHeader = z.strictObject({
  schema: z.literal('run/1'),
  identity: Identity,
  target: RunTarget,
  corpus: z.strictObject({ origin: CorpusOrigin, source: z.string().optional(), facts: CorpusFacts.optional() }),
  plan: PlanFacts,
  /** What a request should keep, where the user said so. */
  slo: Slo.optional(),
  /** The resolved command line that reproduces the run. */
  command: z.string(),
  /** The words of that command line, from which a resumed run takes its options. */
  argv: z.array(z.string()).optional(),
  toolVersion: z.string(),
  /** Rises when the same plan would be replayed in another way. */
  replaySemantics: z.string(),
  commit: GitCommit.optional(),
  workflowRun: WorkflowRun.optional(),
  /** Wall-clock date of the run's origin, ISO 8601: the one place where wall time stands. */
  startedAt: z.string().optional(),
  /** Only of a part of a run. */
  shard: RunShard.optional(),
  /** Only of a run that was merged of its parts. */
  shards: RunShards.optional(),
})
export type RunHeader = z.infer<typeof RunHeader>

/** `run.json`: the header, and how the run ended. A run that was killed has no `ended`. `records` counts those of the last attempt. */
export const RunFile = RunHeader.extend({
  ended: z
    .strictObject({
      reason: RunEnd,
      stoppedBy: StopCause.optional(),
      clientHealth: ClientHealth.optional(),
      /** Only of a run that was to measure so exactly and no longer. */
      precision: Precision.optional(),
      /** Only of a simulated run. */
      engineModel: EngineModel.optional(),
      records: RecordTally,
    })
    .optional(),
})
export type RunFile = z.infer<typeof RunFile>

/** The quotable part of a plan; `digest` is that of its rendered text. */
export function planFacts(plan: Plan, digest: string): PlanFacts {
  const { corpusDigest, seed, preset, load, leftOut } = plan
  const { kind, slots } = arrivalsOf(plan)
  const arrivals = kind === 'open' && { arrivals: slots }
  return { digest, corpusDigest, seed, preset, load, leftOut, ...arrivals, turns: countTurns(plan.trees) }
}
