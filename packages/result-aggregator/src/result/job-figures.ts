import { z } from 'zod'
import { Survival } from './survival.ts'

const count = z.int().nonnegative()

/** Sessions that were begun at their first turn within the window. */
export const SessionFigures = z.strictObject({
  begun: count,
  /** Of those, ended within the window, every turn answered. */
  completed: count,
  /** From when the first turn was due to the end of the last reply. Absent: none was completed or under way. */
  durationMs: Survival.optional(),
})
export type SessionFigures = z.infer<typeof SessionFigures>

/** What became of whole pieces of work: a job is one play of a session tree, subagents included. */
export const JobFigures = z.strictObject({
  /** Begun at the first turn of the root within the window; the sum of the next four. */
  begun: count,
  /** Every turn answered, the last within the window. */
  completed: count,
  /** Every turn ended within the window, some by failing. */
  completedWithFailures: count,
  /** Ended by a turn that does not fit the context. */
  truncated: count,
  unfinished: count,
  /** Jobs that a lane was found inside of when the window began, and that ended within it. Absent: none. */
  foundMidway: count.optional(),
  /** Of jobs begun within the window: from when the first turn was due to the end of the last reply, thinking included. */
  durationMs: Survival.optional(),
  /** Of the completed ones: share of their time in which a request of theirs was in flight. The rest is thinking, tools and the client. */
  busyShare: z.number().optional(),
  /** Jobs that ended within the window, those found midway included, in an hour of it. */
  perHour: z.number().optional(),
  /** The same for each lane. */
  perHourPerUser: z.number().optional(),
  perHourPerGpu: z.number().optional(),
  /** Conversations one by one: those of root agents, and those of their subagents. */
  sessions: z.strictObject({ root: SessionFigures, subagent: SessionFigures.optional() }),
})
export type JobFigures = z.infer<typeof JobFigures>
