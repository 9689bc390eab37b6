import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { RunnerProfile } from '../profile/runner-profile.ts'
import { pinnedAcceptance } from '../recipe/pinned-acceptance.ts'
import { type Recipe, unwritten } from '../recipe/recipe.ts'
import { type RenderedProcess, renderProcesses } from '../recipe/render-processes.ts'
import { acceleratorsOf } from './accelerators.ts'
import { LaunchError } from './launch-error.ts'
import { launchLabel } from './launch-label.ts'
import type { LaunchPlan, ProcessPlan } from './launch-plan.ts'
import type { PlannedProcess } from './planned-process.ts'
import { healthLimits, slurmAllocation, slurmSeat } from './slurm-allocation.ts'

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
  const processes = renderProcesses(recipe, job).map((rendered, i, all) => {
    // A fixed port is for requests, and those go to the last one.
    return { ...planProcess(rendered, profile), port: i === all.length - 1 ? profile.port : ('auto' as const) }
  })
  return onHost(profile, {
    schema: 'launch-plan/2',
    label: launchLabel(job.id, attempt),
    processes,
    secretEnv: [...profile.secretEnv],
    model: job.job.model,
    vendor: profile.vendor,
    ...(profile.gpuIdleMib !== undefined && profile.vendor !== 'none' && { gpuIdleMib: profile.gpuIdleMib }),
    deadlinesS: { ...recipe.server.deadlinesS },
    stopGraceS: profile.stopGraceS,
    image: job.job.image,
    timeoutMinutes: job.timeoutMinutes,
  })
}

function planProcess(rendered: RenderedProcess, profile: RunnerProfile): PlannedProcess {
  const { role, count, gpus, words, command, healthPath, metricsPath, fatalPatterns, morePorts } = rendered
  const accelerators = gpus === 0 ? { devices: [], env: {} } : acceleratorsOf(profile, gpus)
  const devices = [...accelerators.devices, ...(gpus === 0 ? [] : profile.devices)]
  return {
    ...{ role, count },
    placement: placementOf(rendered, profile),
    argv: words.map((word) => (typeof word === 'string' ? word : { each: word.each, words: [...word.words] })),
    env: { ...accelerators.env, ...profile.env, ...command.env },
    devices: profile.host === 'process' ? [] : devices,
    gpus,
    port: 'auto',
    morePorts: [...morePorts],
    healthPath,
    ...(metricsPath !== undefined && { metricsPath }),
    fatalPatterns: [...fatalPatterns],
  }
}

/** A worker larger than a node has whole nodes to itself. */
function placementOf({ role, gpus }: RenderedProcess, profile: RunnerProfile): PlannedProcess['placement'] {
  if (role === 'router') return { kind: 'first-node' }
  const perNode = profile.host === 'slurm' ? profile.slurm['gpus-per-node'] : 0
  return perNode > 0 && gpus > perNode ? { kind: 'nodes', perCopy: Math.ceil(gpus / perNode) } : { kind: 'packed' }
}

/** What is true of every host, and what some want besides. */
type Common = Omit<ProcessPlan, 'host'> & { readonly image: string; readonly timeoutMinutes: number }

function onHost(profile: RunnerProfile, { image, timeoutMinutes, ...common }: Common): LaunchPlan {
  switch (profile.host) {
    case 'process':
      return { ...common, host: 'process' }
    case 'docker': {
      const deadlinesS = { pull: profile.pullDeadlineS, ...common.deadlinesS }
      return { ...common, deadlinesS, host: 'docker', image, mounts: [...profile.mounts], settings: profile.docker }
    }
    case 'slurm': {
      const { slurm } = profile

      const deadlinesS = {
        queue: slurm['queue-deadline-s'],
        ...(slurm.run === 'container' && { pull: slurm['pull-deadline-s'] }),
        ...common.deadlinesS,
      }
      const allocation = slurmAllocation(slurm, { processes: common.processes, timeoutMinutes })
      const seat = slurmSeat(slurm, image, profile.mounts)
      return { ...common, deadlinesS, host: 'slurm', allocation, health: healthLimits(slurm), seat }
    }
  }
}

function refuseWhatCannotRun({ job: { topology } }: SweepJob, recipe: Recipe, profile: RunnerProfile): void {
  if (unwritten(recipe).length > 0) {
    const what = unwritten(recipe)
      .map((each) => printable(each, 200))
      .join('; ')
    throw refusal(`${recipe.file} cannot be launched, as it says that something is unknown: ${what}`)
  }
  const knob = Object.keys(profile.env).find((name) => pinnedAcceptance(name, '') !== undefined)
  if (knob !== undefined) {
    throw refusal(`the profile ${profile.name} sets ${knob}: how many drafts count is said by speculation of a recipe`)
  }
  if (topology.kind === 'multi' && profile.host !== 'slurm') {
    throw refusal(`the job wants several nodes, and a ${profile.host} host is one; give it a runner of a Slurm fleet`)
  }
}

function refusal(message: string): LaunchError {
  return new LaunchError(message, { failureClass: 'recipe', phase: 'start' })
}
