import { z } from 'zod'

/** Host path into the container. */
export const Mount = z.strictObject({ from: z.string(), to: z.string(), readOnly: z.boolean() })
export type Mount = z.infer<typeof Mount>

/** How containers of a Docker host are run, whatever is in them. */
export const DockerSettings = z.strictObject({
  /** Absent: a namespace of the container's own. */
  ipc: z.literal('host').optional(),
  shmMib: z.int().positive().optional(),
  /** By name: `memlock: -1`. */
  ulimits: z.record(z.string(), z.int().min(-1)),
  /** A small first process that hands signals on, and waits for what has lost its parent. */
  init: z.boolean(),
  groups: z.array(z.string()),
  capabilities: z.array(z.string()),
  securityOptions: z.array(z.string()),
  /** `uid:gid`; absent: as the image says. */
  user: z.string().optional(),
  memoryMib: z.int().positive().optional(),
  pids: z.int().positive().optional(),
  /** What is kept of a process's log, half of it from its beginning. */
  logMib: z.int().positive(),
})
export type DockerSettings = z.infer<typeof DockerSettings>
