import { z } from 'zod'
import { parseSlurmJson, SlurmNumber, SlurmStates, SlurmText } from './slurm-json.ts'

/** A job of the cluster's queue, or one that was there a short while ago. */
export interface SlurmJob {
  readonly id: number
  readonly name: string
  /** What whoever submitted it says of it. */
  readonly comment?: string
  readonly user?: string
  readonly partition?: string
  /** `RUNNING`, `COMPLETING` and so on, upper case; several at once are possible. */
  readonly states: readonly string[]
  /** Why it waits, or why it has ended, in Slurm's own word; absent: no reason. */
  readonly reason?: string
  /** The nodes that it has, as a list expression: `gpu[0-2]`. */
  readonly nodes?: string
  readonly priority?: number
  /** When it begins, has begun or is expected to; seconds since 1970. */
  readonly startS?: number
  /** Over all its nodes. */
  readonly cpus?: number
}

const Job = z.object({
  job_id: z.number(),
  name: z.string().nullish(),
  comment: SlurmText,
  user_name: SlurmText,
  partition: SlurmText,
  job_state: SlurmStates,
  state_reason: SlurmText,
  nodes: SlurmText,
  priority: SlurmNumber.optional(),
  start_time: SlurmNumber.optional(),
  cpus: SlurmNumber.optional(),
})
const Jobs = z.object({ jobs: z.array(Job) })

/** What `squeue --json` or `scontrol show job --json` wrote, of 22.05 or later; undefined where it is none of that. */
export function parseSlurmJobs(text: string): SlurmJob[] | undefined {
  return parseSlurmJson(text, Jobs)?.jobs.map((job) => {
    const { job_id: id, job_state: states, state_reason: reason, start_time: startS } = job
    return {
      id,
      name: job.name ?? '',
      states,
      ...(job.comment !== undefined && { comment: job.comment }),
      ...(job.user_name !== undefined && { user: job.user_name }),
      ...(job.partition !== undefined && { partition: job.partition }),
      ...(reason !== undefined && reason !== 'None' && { reason }),
      ...(job.nodes !== undefined && { nodes: job.nodes }),
      ...(job.priority !== undefined && { priority: job.priority }),
      // 0: nobody knows yet.
      ...(startS !== undefined && startS > 0 && { startS }),
      ...(job.cpus !== undefined && { cpus: job.cpus }),
    }
  })
}

const Told = { JobId: /(?:^|\s)JobId=(\d+)/, JobState: /\sJobState=([A-Z_]+)/, Reason: /\sReason=(\S+)/ } as const

/**
 * The same from the text of `scontrol show job`, which every version writes: state and reason alone, as names and comments may hold
 * anything there. Undefined where it is none of that.
 */
export function parseScontrolJob(text: string): Pick<SlurmJob, 'id' | 'states' | 'reason'> | undefined {
  const [id, state, reason] = [Told.JobId, Told.JobState, Told.Reason].map((each) => each.exec(text)?.[1])
  if (id === undefined || state === undefined) return undefined
  return { id: Number(id), states: [state], ...(reason !== undefined && reason !== 'None' && { reason }) }
}

/** Slurm's words for a job of which nothing runs any more; one that is completing still has processes. */
const overStates: ReadonlySet<string> = new Set([
  ...['COMPLETED', 'CANCELLED', 'FAILED', 'TIMEOUT', 'NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL', 'DEADLINE'],
  ...['OUT_OF_MEMORY', 'REVOKED', 'LAUNCH_FAILED'],
])

/** Whether nothing of the job is left: it holds no node, and waits for none. */
export function isOver({ states }: Pick<SlurmJob, 'states'>): boolean {
  return !states.includes('COMPLETING') && states.some((state) => overStates.has(state))
}

/** Whether it has its nodes, and they are up. */
export function isRunning({ states }: Pick<SlurmJob, 'states'>): boolean {
  return states.includes('RUNNING') && !states.includes('CONFIGURING') && !states.includes('COMPLETING')
}
