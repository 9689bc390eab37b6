import { z } from 'zod'
import { Mount } from '../profile/container-settings.ts'
import type { SlurmSection } from '../profile/slurm-section.ts'

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
})
export type SlurmAllocation = z.infer<typeof SlurmAllocation>

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

/** What a job of so many accelerators asks for on such a fleet. */
export function slurmAllocation(
  { partition, account, qos, constraint, exclude, exclusive, ...section }: SlurmSection,
  { gpus, timeoutMinutes }: { readonly gpus: number; readonly timeoutMinutes: number },
): SlurmAllocation {
  const perNode = section['gpus-per-node']
  const nodes = perNode === 0 ? 1 : Math.max(1, Math.ceil(gpus / perNode))
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
