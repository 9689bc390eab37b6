import { z } from 'zod'

/** How a server is started: a kind of host. `hostFor` has an adapter for each that this build can launch on. */
export const HostKind = z.enum(['process', 'docker', 'slurm'])
export type HostKind = z.infer<typeof HostKind>
