import { z } from 'zod'
import { DockerSettings, Mount } from '../profile/container-settings.ts'
import { PlannedProcess } from './planned-process.ts'
import { HealthLimits, SlurmAllocation, SlurmSeat } from './slurm-allocation.ts'

const seconds = z.number().positive()

const common = {
  schema: z.literal('launch-plan/2'),
  /** Whose it is: everything that the host creates carries it, and only what carries it is ever removed. */
  label: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  /** In the order of their start; a router comes last, and starts when all others are ready. */
  processes: z.array(PlannedProcess).min(1),
  /** Names of variables that every process gets from the environment of whoever launches: their values stand nowhere. */
  secretEnv: z.array(z.string()),
  /** The name that requests ask for. */
  model: z.string().min(1),
  /** Whose accelerators the host has. */
  vendor: z.enum(['nvidia', 'amd', 'none']),
  /** More of an accelerator's memory is in use by somebody; absent: nobody looks before the start and after the stop. */
  gpuIdleMib: z.number().nonnegative().optional(),
  deadlinesS: z.strictObject({
    queue: seconds.optional(),
    pull: seconds.optional(),
    start: seconds,
    load: seconds,
    ready: seconds,
    warm: seconds,
  }),
  /** After SIGTERM, until SIGKILL. */
  stopGraceS: seconds,
}

/** Plain processes of this machine. */
export const ProcessPlan = z.strictObject({ ...common, host: z.literal('process') })
export type ProcessPlan = z.infer<typeof ProcessPlan>

/** Containers of the Docker daemon that this machine reaches. */
export const DockerPlan = z.strictObject({
  ...common,
  host: z.literal('docker'),
  image: z.string().min(1),
  mounts: z.array(Mount),
  settings: DockerSettings,
})
export type DockerPlan = z.infer<typeof DockerPlan>

/** Steps of a Slurm job, on one node or several. */
export const SlurmPlan = z.strictObject({
  ...common,
  host: z.literal('slurm'),
  allocation: SlurmAllocation,
  health: HealthLimits,
  seat: SlurmSeat,
})
export type SlurmPlan = z.infer<typeof SlurmPlan>

/**
 * All that a host has to know to run the servers of a job, and nothing about models, engines or GitHub. The same job, recipe and profile
 * always give the same plan; what is only known at the start stands in its words as a placeholder.
 */
export const LaunchPlan = z.discriminatedUnion('host', [ProcessPlan, DockerPlan, SlurmPlan])
export type LaunchPlan = z.infer<typeof LaunchPlan>

/** The image that the plan's processes run in; undefined where they run on the host as it is. */
export function imageOf(plan: LaunchPlan): string | undefined {
  if (plan.host === 'docker') return plan.image
  return plan.host === 'slurm' && plan.seat.kind === 'container' ? plan.seat.image : undefined
}

/** The host paths that the plan's processes see. */
export function mountsOf(plan: LaunchPlan): readonly Mount[] {
  if (plan.host === 'docker') return plan.mounts
  return plan.host === 'slurm' && plan.seat.kind === 'container' ? plan.seat.mounts : []
}
