import * as z from 'zod'
import { Count } from './parts.ts'

/** One entry of a `perf-changelog.yaml`: which configurations to measure again, and why. */
export const ChangelogEntry = z.strictObject({
  'config-keys': z.array(z.string().min(1)).min(1).describe('Config keys; * and ? are wildcards.'),
  description: z.array(z.string().min(1)).min(1),
  'pr-link': z.string().min(1),
  'evals-only': z.boolean().optional(),
  'all-evals': z.boolean().optional(),
  'append-only': z.boolean().optional().describe('Measure only the points that were not there before.'),
  'eval-min-prefill-ep': Count.nullish().describe('Leave out multi-node evaluations with a smaller prefill ep.'),
  'scenario-type': z
    .array(z.enum(['fixed-seq-len', 'agentic-coding']))
    .min(1)
    .nullish(),
})
export type ChangelogEntry = z.infer<typeof ChangelogEntry>
