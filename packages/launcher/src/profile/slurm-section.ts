import { z } from 'zod'
import { folder, word } from './words.ts'

const option = word.max(200).regex(/^[^\s-]\S*$/, 'one word that is no flag')

const HealthSection = z
  .strictObject({
    gpus: z.int().positive().describe('Accelerators that answer.'),
    'gpu-memory-used-mib': z.number().nonnegative().describe('Memory of an accelerator that may be in use.'),
    'free-disk-gib': z.record(folder, z.number().nonnegative()).describe('Free room that each folder must have.'),
    'clock-skew-s': z.number().positive().describe('How far its clock may be from ours.'),
  })
  .partial()

/** `slurm` in a profile: what its jobs ask the cluster for. */
export const SlurmSection = z.strictObject({
  partition: option.optional(),
  account: option.optional(),
  qos: option.optional(),
  constraint: option.optional(),
  exclude: z.array(option).default([]).describe('Nodes that are not wanted: known to be bad.'),
  exclusive: z.boolean().default(true).describe('Nobody else on the nodes.'),
  'cpus-per-task': z.int().positive().optional().describe('Processors of each node, where nodes are shared.'),
  memory: z
    .string()
    .regex(/^\d+[KMGT]?$/, 'a number with K, M, G or T')
    .optional()
    .describe('Of each node; absent: all of it with exclusive, else as the cluster does it.'),
  mpi: option.optional().describe("How steps find each other: none, pmix; absent: the cluster's default."),
  health: HealthSection.default({}).describe('A node that is not like this gets no server, and is left out.'),
  'gpus-per-node': z.int().nonnegative(),
  'time-limit-minutes': z.int().positive().max(10_080).optional().describe("Absent: the job's own limit."),
  'queue-deadline-s': z.number().positive().max(604_800).default(3_600).describe('How long nodes may take to come.'),
  'pull-deadline-s': z.number().positive().max(86_400).default(3_600).describe('How long an image may take to come.'),
  run: z
    .enum(['container', 'plain'])
    .default('container')
    .describe('container: by pyxis; plain: on the node as it is.'),
  'image-folder': folder.optional().describe('Where imported images are kept, seen by all nodes; containers need one.'),
  'remap-root': z.boolean().default(false).describe('The user appears as root in the container.'),
  writable: z.boolean().default(false).describe('The image may be written to, for the time of a job.'),
  'mount-home': z.boolean().default(false),
})
export type SlurmSection = z.infer<typeof SlurmSection>
