import { userInfo } from 'node:os'
import { LaunchError } from '../../plan/launch-error.ts'
import type { LaunchPhase } from '../../plan/launch-phase.ts'
import { isOver, parseScontrolJob, parseSlurmJobs, type SlurmJob } from '../../slurm/slurm-job.ts'
import { type LaunchOwner, parseOwner } from '../launch-owner.ts'
import { ask, runClient } from './slurm-client.ts'

/** Jobs of this user that still hold something, or wait for it. @throws LaunchError when the queue cannot be read */
export async function ownJobs(phase?: LaunchPhase | 'stop'): Promise<SlurmJob[]> {
  // An older squeue writes all jobs, whatever it is asked for.
  const { username } = userInfo()
  const isMine = ({ user }: SlurmJob) => user === undefined || user === username
  return (await readQueue(['--me'], phase)).filter((job) => isMine(job) && !isOver(job))
}

/** Every job of the queue that this user may see. @throws LaunchError as `ownJobs` */
export function allJobs(partition?: string): Promise<SlurmJob[]> {
  return readQueue(partition === undefined ? [] : [`--partition=${partition}`], 'queue')
}

async function readQueue(flags: readonly string[], phase?: LaunchPhase | 'stop'): Promise<SlurmJob[]> {
  const jobs = parseSlurmJobs(await ask(['squeue', '--json', ...flags], phase))
  if (jobs) return jobs
  throw new LaunchError('squeue --json wrote something that is no queue; this build knows Slurm 21.08 and later', {
    failureClass: 'infrastructure',
    phase: phase ?? 'start',
  })
}

/** Whose a job is; undefined where nobody of ours has submitted it. */
export function ownerOf({ comment, name }: SlurmJob): LaunchOwner | undefined {
  const owner = comment === undefined ? undefined : parseOwner(comment)
  return owner?.label === name ? owner : undefined
}

/**
 * Whether a job carries a label: in the comment that we gave it, or as its name, as some clusters write comments of their own. Names
 * begin with ours, so that no other job is taken for one.
 */
export function carries({ name, comment }: SlurmJob, label: string): boolean {
  return name === label || (comment !== undefined && parseOwner(comment)?.label === label)
}

/** State and reason of a job that may be over; undefined where the cluster has forgotten it. */
export async function jobById(id: number): Promise<Pick<SlurmJob, 'id' | 'states' | 'reason'> | undefined> {
  const { exitCode, stdout } = await runClient(['scontrol', 'show', 'job', '--oneliner', String(id)])
  return exitCode === 0 ? parseScontrolJob(stdout) : undefined
}
