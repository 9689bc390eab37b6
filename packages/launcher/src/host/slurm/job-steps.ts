import type { LaunchPhase } from '../../plan/launch-phase.ts'
import { runClient } from './slurm-client.ts'

/** A command that runs on a node of a job. */
export interface Step {
  /** With that of its job: `12.3`. */
  readonly id: string
  readonly name: string
}

/** Sends a signal to steps. SIGKILL to a whole job would be SIGTERM, and Slurm's own patience; to a step it is what it says. */
export async function signalSteps(steps: readonly Step[], name: 'TERM' | 'KILL'): Promise<void> {
  // One that has ended meanwhile gets none, and that is fine.
  if (steps.length > 0)
    await runClient(['scancel', `--signal=${name}`, ...steps.map(({ id }) => id)], { phase: 'stop' })
}

/** The steps of a job that somebody has started there; not the one that holds it. */
export async function stepsOf(jobId: number, phase: LaunchPhase | 'stop' = 'start'): Promise<Step[]> {
  const words = ['squeue', '--steps', '--noheader', `--jobs=${jobId}`, '--format=%i|%j']
  const { stdout } = await runClient(words, { phase })
  return stdout.split('\n').flatMap((line) => {
    const [id, name] = line.trim().split('|')
    return id !== undefined && name !== undefined && /^\d+\.\d+$/.test(id) ? [{ id, name }] : []
  })
}
