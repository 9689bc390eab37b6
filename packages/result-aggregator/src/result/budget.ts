import { z } from 'zod'
import { NoIntervalReason } from './estimate.ts'
import { SloName } from './goodput.ts'

/** How exactly a figure is wanted: half of its 95 % interval, as a share of it. `percentile`, in percent, of a latency; none of the throughput of output tokens. */
export const BudgetGoal = z.union([
  z.strictObject({ metric: SloName, percentile: z.number().gt(0).lt(100), halfWidthShare: z.number().positive() }),
  z.strictObject({ metric: z.literal('output'), halfWidthShare: z.number().positive() }),
])
export type BudgetGoal = z.infer<typeof BudgetGoal>

/** Why a goal is not reached: what the pilot lacks, or `corpus`: it takes more sessions than there are; `time`: a thousand pilots would not do. */
export const NotReachable = z.enum(['corpus', 'time', ...NoIntervalReason.options])
export type NotReachable = z.infer<typeof NotReachable>

const count = z.int().nonnegative()

/** What a goal takes at the load of a pilot. */
export const GoalCost = z.strictObject({
  goal: BudgetGoal,
  /** What the pilot itself knows it by. */
  pilot: z.strictObject({ value: z.number().optional(), halfWidthShare: z.number().optional() }),
  /** What a run would know it by that begins as many sessions as the corpus has. Absent: nobody can tell. */
  wholeCorpusShare: z.number().optional(),
  /** Sessions that one run takes, whether there are so many or not. */
  sessionsNeeded: count.optional(),
  /** By how much more requests it takes than if each were independent of the others. Absent: not of a percentile, or nobody can tell. */
  designEffect: z.number().nonnegative().optional(),
  /** One run, as long as that takes. Absent where it is not reachable or nobody can tell. */
  run: z
    .strictObject({ sessions: count, measuredMs: z.number().positive(), gpuHours: z.number().optional() })
    .optional(),
  /** Runs as long as the pilot, with other seeds. */
  runs: z
    .strictObject({ count, sessions: count, measuredMs: z.number().positive(), gpuHours: z.number().optional() })
    .optional(),
  notReachable: NotReachable.optional(),
})
export type GoalCost = z.infer<typeof GoalCost>

/** What goals take at one load, judged by one pilot or by repeats of it. */
export const PilotBudget = z.strictObject({
  /** `16 lanes` */
  load: z.string(),
  folders: z.array(z.string()),
  /** Profiled time of a pilot, its warm-up, and the sessions that it began. */
  measuredMs: z.number().nonnegative(),
  warmupMs: z.number().nonnegative(),
  sessions: count,
  /** Sessions of the corpus that fit the context. */
  corpusSessions: count,
  gpus: count.optional(),
  goals: z.array(GoalCost),
})
export type PilotBudget = z.infer<typeof PilotBudget>
