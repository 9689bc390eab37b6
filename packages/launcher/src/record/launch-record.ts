import { z } from 'zod'
import { DeviceClaim } from '../devices/device-claim.ts'
import { launchPhases } from '../plan/launch-phase.ts'
import { Role } from '../plan/planned-process.ts'
import { HostKind } from '../profile/host-kind.ts'

const Phase = z.enum(launchPhases)

const url = z.string().max(300)

/** One process of a launch, and where it answers. */
export const LaunchedProcess = z.strictObject({
  name: z.string().max(63),
  role: Role,
  url,
  metricsUrl: z.string().max(600).optional(),
  /** Accelerators that it occupies. */
  gpus: z.int().nonnegative(),
})
export type LaunchedProcess = z.infer<typeof LaunchedProcess>

/** Servers of which the one that requests go to has answered a first one; `launch.json`. */
export const LaunchRecord = z.strictObject({
  schema: z.literal('launch/2'),
  label: z.string().max(63),
  host: HostKind,
  /** Where requests go: the router, or the server. */
  url,
  metricsUrl: z.string().max(600).optional(),
  processes: z.array(LaunchedProcess).min(1).max(1_000),
  /** The name that requests ask for. */
  model: z.string().max(300),
  /** The image that ran: what the job asked for, and what the host says that it is. */
  image: z
    .strictObject({
      name: z.string().max(500),
      digest: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/)
        .optional(),
    })
    .optional(),
  /** Nodes that its host had found unfit, and why. */
  leftOut: z
    .array(z.strictObject({ node: z.string().max(253), reason: z.string().max(1_000) }))
    .max(1_000)
    .optional(),
  /** The folder of this file. */
  state: z.string().max(4_096),
  /** Of the process that requests go to. */
  logFile: z.string().max(4_096),
  phasesMs: z.partialRecord(Phase, z.number().nonnegative()),
})
export type LaunchRecord = z.infer<typeof LaunchRecord>

/** Why there is no such server; `launch-failure.json`. */
export const LaunchFailureRecord = z.strictObject({
  schema: z.literal('launch-failure/1'),
  class: z.enum(['infrastructure', 'recipe']),
  phase: z.enum([...launchPhases, 'stop']),
  message: z.string().max(4_000),
  /** Last lines of the server's log, printable. */
  logTail: z.array(z.string().max(2_000)).max(100),
})
export type LaunchFailureRecord = z.infer<typeof LaunchFailureRecord>

/** How the server was when it was stopped; `launch-end.json`. */
export const LaunchEndRecord = z.strictObject({
  schema: z.literal('launch-end/1'),
  /** Absent when nothing was launched there. */
  label: z.string().max(63).optional(),
  /** It had been ready, and had ended before anybody asked it to. */
  diedEarly: z.boolean(),
  /** Of a server that died early; absent when nobody can say. */
  exitCode: z.int().optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]{1,16}$/)
    .optional(),
  /** What ended it from outside, where its host knows. */
  cause: z.string().max(1_000).optional(),
  /** Who used the accelerators after the stop, or that nobody could tell; absent: they were idle, or nobody looked. */
  devicesInUse: z.string().max(2_000).optional(),
  /** Processes or containers that were removed. */
  removed: z.int().nonnegative(),
})
export type LaunchEndRecord = z.infer<typeof LaunchEndRecord>

/** How the evaluation of a job went; `eval.json`. */
export const EvalRecord = z.strictObject({
  schema: z.literal('eval/1'),
  outcome: z.enum(['passed', 'failed', 'not-configured']),
  exitCode: z.int().optional(),
  /** One line. */
  message: z.string().max(1_000).optional(),
})
export type EvalRecord = z.infer<typeof EvalRecord>

const port = z.int().min(1).max(65_535)

/** One process that exists, as `ServerHandle` without what its launch says of all. */
export const StartedProcess = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  id: z.string().regex(/^[A-Za-z0-9_.-]{1,1000}$/),
  address: z.strictObject({
    host: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/),
    port,
    morePorts: z.record(z.string().max(63), port).exactOptional(),
  }),
})
export type StartedProcess = z.infer<typeof StartedProcess>

/** Whose the processes are, and where to find them; `server.json`. Written before anything is started, so that all can always be removed. */
export const ServerRecord = z.strictObject({
  schema: z.literal('launch-server/2'),
  label: z.string().regex(/^reprise-[a-z0-9-]{1,55}$/, 'a label that a launch would give'),
  host: HostKind,
  stopGraceS: z.number().positive().max(600),
  /** The accelerators of this machine that they occupy, and are to be idle again afterwards. */
  devices: DeviceClaim.optional(),
  /** In the order of their start; those that do not exist yet are not among them. */
  processes: z.array(StartedProcess).max(1_000),
})
export type ServerRecord = z.infer<typeof ServerRecord>
