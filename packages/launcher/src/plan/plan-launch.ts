import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { RunnerProfile } from '../profile/runner-profile.ts'
import { type Recipe, unwritten } from '../recipe/recipe.ts'
import { renderServerCommand } from '../recipe/render-command.ts'
import { acceleratorsOf } from './accelerators.ts'
import { LaunchError } from './launch-error.ts'
import { launchLabel } from './launch-label.ts'
import type { LaunchPlan } from './launch-plan.ts'

export interface LaunchInput {
  readonly job: SweepJob
  readonly recipe: Recipe
  readonly profile: RunnerProfile
  /** What tells this launch of the job from any other that may be on; default `1`. */
  readonly attempt?: string
}

/**
 * All that a host has to know to start the job's server. The recipe's environment wins over the profile's, and that over what narrows the
 * accelerators. The same input always gives the same plan.
 *
 * @throws LaunchError when the recipe says that something is unknown, or the job wants several nodes of a host that has one.
 * @throws ConfigError when an expression of the recipe has no value in this job.
 */
export function planLaunch({ job, recipe, profile, attempt = '1' }: LaunchInput): LaunchPlan {
  refuseWhatCannotRun(job, recipe, profile)
  const { argv, env } = renderServerCommand(recipe, job)
  const { healthPath, metricsPath, fatalPatterns, deadlinesS } = recipe.server
  const accelerators = acceleratorsOf(profile, job.gpus)
  const inContainer = profile.host !== 'process'
  return {
    schema: 'launch-plan/1',
    label: launchLabel(job.id, attempt),
    host: profile.host,
    ...(inContainer && { image: job.job.image }),
    argv: [...argv],
    env: { ...accelerators.env, ...profile.env, ...env },
    mounts: inContainer ? [...profile.mounts] : [],
    devices: inContainer ? [...accelerators.devices, ...profile.devices] : [],
    gpus: job.gpus,
    port: profile.port,
    healthPath,
    ...(metricsPath !== undefined && { metricsPath }),
    model: job.job.model,
    fatalPatterns: [...fatalPatterns],
    deadlinesS: { ...deadlinesS },
    stopGraceS: profile.stopGraceS,
  }
}

function refuseWhatCannotRun({ job: { topology } }: SweepJob, recipe: Recipe, profile: RunnerProfile): void {
  if (unwritten(recipe).length > 0) {
    const what = unwritten(recipe)
      .map((each) => printable(each, 200))
      .join('; ')
    throw refusal(`${recipe.file} cannot be launched, as it says that something is unknown: ${what}`)
  }
  if (topology.kind === 'multi' && profile.host !== 'slurm') {
    throw refusal(`the job wants several nodes, and a ${profile.host} host is one; give it a runner of a Slurm fleet`)
  }
}

function refusal(message: string): LaunchError {
  return new LaunchError(message, { failureClass: 'recipe', phase: 'start' })
}
