import { z } from 'zod'
import { Mount } from '../profile/container-settings.ts'
import type { SlurmSection } from '../profile/slurm-section.ts'
import { nodesOf, placeCopies } from './place-copies.ts'
import type { PlannedProcess } from './planned-process.ts'

/** What Slurm is asked for. What is absent is the cluster's own default. */
export const SlurmAllocation = z.strictObject({
  partition: z.string().optional(),
  account: z.string().optional(),
  qos: z.string().optional(),
  constraint: z.string().optional(),
  /** Nodes that are not wanted, by name: known to be bad. */
  exclude: z.array(z.string()),
  nodes: z.int().positive(),
  gpusPerNode: z.int().nonnegative(),
  exclusive: z.boolean(),
  timeLimitMinutes: z.int().positive(),
  /** Processors of each node, where nodes are shared. */
  cpusPerTask: z.int().positive().optional(),
  /** Of each node, in Slurm's words: `200G`; absent: all of it where nobody else is there. */
  memory: z.string().optional(),
  /** How steps find each other, in Slurm's word: `none`, `pmix`. */
  mpi: z.string().optional(),
})
export type SlurmAllocation = z.infer<typeof SlurmAllocation>

/** What a node must be like before it gets a server. What is absent is not looked at. */
export const HealthLimits = z.strictObject({
  /** Accelerators that answer. */
  gpus: z.int().positive().optional(),
  /** Memory of an accelerator that may be in use. */
  gpuMemoryUsedMib: z.number().nonnegative().optional(),
  /** Free room that each folder must have. */
  freeDiskGib: z.record(z.string(), z.number().nonnegative()).optional(),
  /** How far its clock may be from ours. */
  clockSkewS: z.number().positive().optional(),
})
export type HealthLimits = z.infer<typeof HealthLimits>

/** What a process of Slurm runs in. */
export const SlurmSeat = z.discriminatedUnion('kind', [
  /** On the node as it is. */
  z.strictObject({ kind: z.literal('plain') }),
  /** In a container by pyxis; the image is imported once into a folder that all nodes see. */
  z.strictObject({
    kind: z.literal('container'),
    image: z.string().min(1),
    imageFolder: z.string().min(1),
    mounts: z.array(Mount),
    /** The user appears as root in the container. */
    remapRoot: z.boolean(),
    /** The image may be written to, for the time of the job. */
    writable: z.boolean(),
    mountHome: z.boolean(),
  }),
])
export type SlurmSeat = z.infer<typeof SlurmSeat>

/** What the processes of a job ask for on such a fleet. */
export function slurmAllocation(
  { partition, account, qos, constraint, exclude, exclusive, ...section }: SlurmSection,
  { processes, timeoutMinutes }: { readonly processes: readonly PlannedProcess[]; readonly timeoutMinutes: number },
): SlurmAllocation {
  const perNode = section['gpus-per-node']
  const placed = placeCopies(processes, perNode)
  const nodes = nodesOf(placed)
  const gpus = placed.reduce((sum, each) => sum + each.gpusPerNode, 0)
  return {
    ...(partition !== undefined && { partition }),
    ...(account !== undefined && { account }),
    ...(qos !== undefined && { qos }),
    ...(constraint !== undefined && { constraint }),
    exclude,
    nodes,
    gpusPerNode: nodes > 1 ? perNode : Math.min(gpus, perNode),
    exclusive,
    timeLimitMinutes: section['time-limit-minutes'] ?? timeoutMinutes,
    ...(section['cpus-per-task'] !== undefined && { cpusPerTask: section['cpus-per-task'] }),
    ...(section.memory !== undefined && { memory: section.memory }),
    ...(section.mpi !== undefined && { mpi: section.mpi }),
  }
}

/** What its nodes must be like. */
export function healthLimits({ health }: SlurmSection): HealthLimits {
  const { gpus, 'gpu-memory-used-mib': memory, 'free-disk-gib': disk, 'clock-skew-s': skew } = health
  return {
    ...(gpus !== undefined && { gpus }),
    ...(memory !== undefined && { gpuMemoryUsedMib: memory }),
    ...(disk !== undefined && { freeDiskGib: disk }),
    ...(skew !== undefined && { clockSkewS: skew }),
  }
}

/** What its processes run in. */
export function slurmSeat(section: SlurmSection, image: string, mounts: readonly Mount[]): SlurmSeat {
  if (section.run === 'plain') return { kind: 'plain' }
  return {
    kind: 'container',
    image,
    imageFolder: section['image-folder']!,
    mounts: [...mounts],
    remapRoot: section['remap-root'],
    writable: section.writable,
    mountHome: section['mount-home'],
  }
}
