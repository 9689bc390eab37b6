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
  format: z.enum(['weka', 'mooncake', 'dynamo']).optional(),
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
