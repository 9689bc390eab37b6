import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { PlannedJob } from './planned-job.ts'
import type { Row } from './row.ts'
import { rowOf } from './row-of.ts'

const rowValue = z.json()

/** What may stand in a file name, an artifact name and a log line as it is. */
const safeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/, 'letters, digits, dot, underscore and hyphen, at most 120')

const Fields = z.strictObject({
  schema: z.literal('sweep-job/2', {
    error: ({ input }) =>
      input === 'sweep-job/1' ? 'the job is of an earlier version; plan the sweep anew' : 'expected "sweep-job/2"',
  }),
  /** `pointId` of the row: 16 hex digits. */
  id: z.string().regex(/^[0-9a-f]{16}$/, '16 hex digits'),
  /** For people, unique in its sweep, safe as an artifact's name. */
  name: safeName,
  configKey: z.string().min(1).max(200),
  epoch: z.enum(['apr2026', 'aug2026']),
  gpus: z.int().positive(),
  /** What is measured, and on what; a duration is the overridden one where it was overridden. */
  job: PlannedJob,
  /** The same under the key names of the epoch's rows. */
  row: z.record(z.string(), rowValue).transform((row) => row as Row),
  /** Name of the runner profile, `runners/<profile>.yaml`. */
  profile: safeName,
  /** Labels that GitHub schedules it by. */
  runsOn: z.array(z.string().min(1).max(100)).min(1),
  /** Path of the recipe, from the root of the repository; absent: there is none yet, and the job cannot be launched. */
  recipe: z
    .string()
    .regex(/^benchmarks\/[A-Za-z0-9][A-Za-z0-9._-]*\.yaml$/)
    .optional(),
  /** Master files that it is planned from, where they are not the project's own. */
  configFiles: z.array(z.string().min(1).max(400)).min(1).max(20).optional(),
  /** Limit of the whole job on its runner. */
  timeoutMinutes: z.int().positive().max(1440),
  /** Keep requests, chunks and token ids. */
  debugTrace: z.boolean(),
  /** SHA-256 over what is started and how it is measured, the row included. Absent: no launch of it can be planned. */
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})

/**
 * One job as it travels from the planner to a runner: what it does, and what whoever runs it has to know beside. It is the one input of
 * the reusable benchmark workflow. Every reader of ours takes `job`; the row is its identity, and for readers of InferenceX's rows.
 */
export const SweepJob = Fields.refine(
  ({ job, row, epoch }) => canonicalJson(rowOf(job, epoch)) === canonicalJson(row),
  {
    path: ['row'],
    error: 'is not the row of its job; plan the sweep anew',
  },
)
export type SweepJob = z.infer<typeof SweepJob>
