import { z } from 'zod'
import type { DockerSettings } from './container-settings.ts'
import { word } from './words.ts'

const mib = z
  .int()
  .positive()
  .max(64 * 1024 * 1024)

/** `docker` in a profile: how containers are run on its hosts. */
export const DockerSection = z.strictObject({
  ipc: z.literal('host').optional().describe("The host's shared memory; absent: the container's own."),
  'shm-mib': mib.optional().describe('Size of /dev/shm in the container, MiB; means nothing with ipc: host.'),
  ulimits: z
    .record(z.string().regex(/^[a-z]{1,20}$/, 'the name of a limit'), z.int().min(-1))
    .default({})
    .describe('By name; -1: none. memlock and stack are what GPU servers want.'),
  init: z
    .boolean()
    .default(true)
    .describe('A small first process that hands signals on; without one, most servers end only when they are killed.'),
  groups: z
    .array(word.max(64))
    .default([])
    .describe('Groups that own the device nodes, by name in the image or by number.'),
  capabilities: z
    .array(z.string().regex(/^[A-Z_]{1,40}$/, 'capital letters and underscores'))
    .default([])
    .describe('On top of what Docker grants.'),
  'security-options': z.array(word.max(200)).default([]).describe('seccomp=unconfined and the like.'),
  user: z
    .string()
    .regex(/^\d{1,10}(:\d{1,10})?$/, 'uid or uid:gid')
    .optional()
    .describe('Who the server is; absent: as its image says.'),
  'memory-mib': mib.optional().describe('More DRAM the container does not get.'),
  pids: z.int().positive().optional().describe('More processes and threads it does not get.'),
  'log-mib': z
    .int()
    .positive()
    .max(16_384)
    .default(256)
    .describe('What is kept of a log, MiB: a quarter from its beginning, the rest from its end.'),
  'pull-deadline-s': z.number().positive().max(86_400).default(3_600).describe('How long an image may take to come.'),
})
export type DockerSection = z.infer<typeof DockerSection>

/** What a plan says of it. */
export function dockerSettings(section: DockerSection): DockerSettings {
  const { ipc, user, pids, ulimits, groups, capabilities, init } = section
  return {
    ...(ipc !== undefined && { ipc }),
    ...(section['shm-mib'] !== undefined && { shmMib: section['shm-mib'] }),
    ulimits,
    init,
    groups,
    capabilities,
    securityOptions: section['security-options'],
    ...(user !== undefined && { user }),
    ...(section['memory-mib'] !== undefined && { memoryMib: section['memory-mib'] }),
    ...(pids !== undefined && { pids }),
    logMib: section['log-mib'],
  }
}
