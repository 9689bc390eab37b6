import { z } from 'zod'
import { HostKind } from '../profile/host-kind.ts'

/** The stages of a launch, in order. `start`: the process is there; `load`: weights; `ready`: health answers 200; `warm`: a first reply came. */
export const launchPhases = ['start', 'load', 'ready', 'warm'] as const
export type LaunchPhase = (typeof launchPhases)[number]

const seconds = z.number().positive()

/**
 * All that a host has to know to run one server, and nothing about models, engines or GitHub: exact words, no expressions left.
 * The same job, recipe and profile always give the same plan; what is only known at the start (a free port) is a `Placeholder`.
 */
export const LaunchPlan = z.strictObject({
  schema: z.literal('launch-plan/1'),
  /** Whose it is: everything that the host creates carries it, and only what carries it is ever removed. */
  label: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  host: HostKind,
  /** Absent for a process host. */
  image: z.string().optional(),
  /** The command, word by word. `{port}` stands for a port that the host finds free, in any word. */
  argv: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  /** Host paths into the container. */
  mounts: z.array(z.strictObject({ from: z.string(), to: z.string(), readOnly: z.boolean() })),
  /** Device nodes or accelerator requests, in the host's own words: `nvidia=all`, `/dev/kfd`. */
  devices: z.array(z.string()),
  /** Accelerators that the server occupies. */
  gpus: z.int().nonnegative(),
  /** A fixed port, or `auto`. */
  port: z.union([z.literal('auto'), z.int().min(1).max(65_535)]),
  healthPath: z.string().startsWith('/'),
  metricsPath: z.string().startsWith('/').optional(),
  /** The name that requests ask for. */
  model: z.string().min(1),
  /** Regular expressions; a line of the log that matches ends the launch. */
  fatalPatterns: z.array(z.string()),
  deadlinesS: z.strictObject({ start: seconds, load: seconds, ready: seconds, warm: seconds }),
  /** After SIGTERM, until SIGKILL. */
  stopGraceS: seconds,
})
export type LaunchPlan = z.infer<typeof LaunchPlan>
