import { z } from 'zod'
import type { DockerSettings, Mount } from './container-settings.ts'
import { DockerSection } from './docker-section.ts'
import { HostKind } from './host-kind.ts'
import { SlurmSection } from './slurm-section.ts'
import { folder, word } from './words.ts'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$/, 'letters, digits, dot and hyphen')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores')

/** The content of `runners/<name>.yaml`, under the file's own key names. */
export const RunnerProfileFile = z.strictObject({
  name: name.describe("The fleet: what a runner's name says before its first underscore. The file is called like it."),
  host: HostKind.describe('How a server is started there.'),
  vendor: z.enum(['nvidia', 'amd', 'none']).describe('Whose accelerators the nodes have.'),
  'runs-on': z
    .array(word.max(100))
    .min(1)
    .describe("Labels that GitHub schedules by; {label} stands for the row's runner."),
  mounts: z
    .array(z.strictObject({ from: folder, to: folder, 'read-only': z.boolean() }))
    .default([])
    .describe('Folders of the node that every container sees.'),
  devices: z.array(word).default([]).describe("Device nodes on top of the accelerators' own."),
  env: z
    .record(variable, z.string().regex(/^\P{Cc}*$/u, 'no control characters'))
    .default({})
    .describe('Environment of every server there; a recipe may say otherwise.'),
  'secret-env': z
    .array(variable)
    .default([])
    .describe(
      'Variables that every server there gets from the environment of whoever launches it; their values stand nowhere.',
    ),
  'gpu-idle-mib': z
    .union([z.literal('unchecked'), z.int().nonnegative()])
    .default(1_024)
    .describe('More memory of a GPU is in use by somebody, and no server is started there; unchecked: nobody looks.'),
  port: z
    .union([z.literal('auto'), z.int().min(1).max(65_535)])
    .default('auto')
    .describe('The port that servers listen on; auto: one that is free.'),
  'timeout-minutes': z.int().positive().max(1440).describe('Limit of a whole job.'),
  'max-parallel': z
    .int()
    .positive()
    .max(256)
    .optional()
    .describe('Jobs of one sweep that the fleet takes at once; absent: as many as it has runners.'),
  'stop-grace-s': z
    .number()
    .positive()
    .max(600)
    .describe('How long a server that was asked to stop may take, seconds.'),
  docker: DockerSection.optional().describe('How containers are run; for host: docker.'),
  slurm: SlurmSection.optional().describe('What the cluster is asked for; for host: slurm.'),
})

export type RunnerProfileFile = z.infer<typeof RunnerProfileFile>

/** Every key that a profile may have at any level: what a misspelt one was meant to be. */
export const profileKeys: readonly string[] = [
  ...[RunnerProfileFile, DockerSection, SlurmSection].flatMap(({ shape }) => Object.keys(shape)),
  'from',
  'to',
  'read-only',
]

interface CommonProfile {
  /** The fleet: what a runner's name says before its first underscore. */
  readonly name: string
  readonly vendor: 'nvidia' | 'amd' | 'none'
  /** Labels that GitHub schedules by; `{label}` stands for the row's runner. */
  readonly runsOn: readonly string[]
  readonly mounts: readonly Mount[]
  readonly devices: readonly string[]
  /** For every server there. */
  readonly env: Readonly<Record<string, string>>
  /** Names of variables whose values come from whoever launches. */
  readonly secretEnv: readonly string[]
  /** Memory that may be in use on a GPU that is idle; absent: nobody looks. */
  readonly gpuIdleMib?: number
  readonly port: 'auto' | number
  /** Limit of a whole job, minutes. */
  readonly timeoutMinutes: number
  /** Jobs of one sweep that the fleet takes at once; absent: as many as it has runners. */
  readonly maxParallel?: number
  readonly stopGraceS: number
}

/** What a fleet of runners has and wants: the content of `runners/<name>.yaml`. It knows no model and no engine. */
export type RunnerProfile = CommonProfile &
  (
    | { readonly host: 'process' }
    | { readonly host: 'docker'; readonly docker: DockerSettings; readonly pullDeadlineS: number }
    | { readonly host: 'slurm'; readonly slurm: SlurmSection }
  )
