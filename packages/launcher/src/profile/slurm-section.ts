import { z } from 'zod'
import { folder, word } from './words.ts'

const option = word.max(200).regex(/^[^\s-]\S*$/, 'one word that is no flag')

/** `slurm` in a profile: what its jobs ask the cluster for. */
export const SlurmSection = z.strictObject({
  partition: option.optional(),
  account: option.optional(),
  qos: option.optional(),
  constraint: option.optional(),
  exclude: z.array(option).default([]).describe('Nodes that are not wanted: known to be bad.'),
  exclusive: z.boolean().default(true).describe('Nobody else on the nodes.'),
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
