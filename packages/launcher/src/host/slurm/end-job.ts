import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchError } from '../../plan/launch-error.ts'
import type { SlurmJob } from '../../slurm/slurm-job.ts'
import { signalSteps, stepsOf } from './job-steps.ts'
import { carries, ownJobs } from './jobs-of.ts'
import { runClient } from './slurm-client.ts'

const pollMs = 200
/** After SIGKILL, until nodes that still complete are told. Slurm's own patience (KillWait) is 30 s. */
const killDeadlineMs = 90_000

/**
 * Ends every job that carries a label: its steps get SIGTERM, and after the grace everything is killed and the nodes given back. Returns
 * how many jobs there were.
 *
 * @throws LaunchError when one does not end.
 */
export async function endJobs(label: string, graceMs: number): Promise<number> {
  const found = new Set<number>()
  const jobs = await ownOf(label)
  for (const { id } of jobs) found.add(id)
  const running = jobs.filter(({ states }) => states.includes('RUNNING'))
  await Promise.all(running.map(({ id }) => endSteps(id, graceMs)))
  for (const endMs = performance.now() + killDeadlineMs; ; ) {
    const left = await ownOf(label)
    if (left.length === 0) return found.size
    if (performance.now() > endMs) throw cannotEnd(left)
    for (const { id, states } of left) {
      found.add(id)
      if (!states.includes('COMPLETING')) await runClient(['scancel', String(id)], { phase: 'stop' })
    }
    await sleep(pollMs)
  }
}

/** Asked first, and killed after the grace: nothing but what holds the nodes is left then. */
async function endSteps(id: number, graceMs: number): Promise<void> {
  const endMs = performance.now() + graceMs
  const asked = await stepsOf(id, 'stop')
  await signalSteps(asked, 'TERM')
  if (asked.length === 0) return
  for (;;) {
    const left = await stepsOf(id, 'stop')
    if (left.length === 0) return
    if (performance.now() >= endMs) return signalSteps(left, 'KILL')
    await sleep(pollMs)
  }
}

/** Jobs that still hold something, or wait for it. */
export async function ownOf(label: string): Promise<SlurmJob[]> {
  return (await ownJobs('stop')).filter((job) => carries(job, label))
}

function cannotEnd(jobs: readonly SlurmJob[]): LaunchError {
  const what = jobs.map(
    ({ id, nodes, states }) => `job ${id}${nodes === undefined ? '' : ` on ${nodes}`} (${states.join(', ')})`,
  )
  const message = `${what.join(', ')} does not end though it was killed; ask the operator of the cluster to look at its nodes`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'stop' })
}
