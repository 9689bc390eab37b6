import { z } from 'zod'

const count = z.int().nonnegative()

/** How block ids and lengths of prompts go together; `BlockFit` of the traces says what each count means. */
const BlockIds = z.strictObject({
  turns: count,
  tooFewIds: count,
  tooManyIds: count,
  noIds: count,
  noInput: count,
  coveredShare: z.number().min(0).max(1).optional(),
  likelyBlockSize: z.int().positive().optional(),
})

/** What of a corpus was read, and how: what a workload can differ in although its source is the same. */
export const CorpusFacts = z.strictObject({
  /** Of the trace files, told by their content; absent for a generated corpus. */
  format: z.enum(['weka', 'mooncake', 'dynamo', 'azure', 'burstgpt']).optional(),
  blockSize: z.int().positive(),
  blockIds: BlockIds,
  subagentTimes: z.strictObject({
    /** `none`: there are no subagents, or the format leaves nothing open about their times. */
    basis: z.enum(['start-absolute', 'start-relative', 'completion-relative', 'none']),
    /** `traces`: by their own evidence; `option`: whatever that is. */
    decidedBy: z.enum(['traces', 'option']),
    /** Traces whose own times do not fit the basis. */
    contraryTraces: count,
  }),
  /** What the dependencies of turns come from; absent for a generated corpus. */
  edges: z
    .strictObject({
      /** By the files, by the order of sessions alone, or inferred from times by that rule; docs/traces.md says how. */
      source: z.enum(['explicit', 'markers', 'sequence', 'dispatch', 'completion', 'frontier']),
      /** `traces`: as their format is read; `option`: whatever the files say. */
      decidedBy: z.enum(['traces', 'option']),
    })
    .optional(),
  /** Traces whose one list of requests held several agents, which were told apart; absent where none had. */
  splitTraces: z.int().positive().optional(),
  /** Absent for a generated corpus. */
  files: z
    .strictObject({
      found: count,
      /** Of which no trace is used. */
      leftOut: count,
      /** In files of which others are used. */
      tracesLeftOut: count,
      /** The first of both, with why. */
      firstLeftOut: z.array(z.string()),
    })
    .optional(),
})
export type CorpusFacts = z.infer<typeof CorpusFacts>
