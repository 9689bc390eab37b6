import { z } from 'zod'
import { launchPhases } from '../plan/launch-plan.ts'
import { HostKind } from '../profile/host-kind.ts'

const Phase = z.enum(launchPhases)

/** A server that has answered a first request; `launch.json`. */
export const LaunchRecord = z.strictObject({
  schema: z.literal('launch/1'),
  label: z.string().max(63),
  url: z.string().max(300),
  metricsUrl: z.string().max(600).optional(),
  /** The name that requests ask for. */
  model: z.string().max(300),
  /** The folder of this file. */
  state: z.string().max(4_096),
  logFile: z.string().max(4_096),
  phasesMs: z.record(Phase, z.number().nonnegative()),
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

/** Whose the server is, and where to find it; `server.json`. Written before anything is started, so that it can always be removed. */
export const ServerRecord = z.strictObject({
  schema: z.literal('launch-server/1'),
  label: z.string().regex(/^reprise-[a-z0-9-]{1,55}$/, 'a label that a launch would give'),
  host: HostKind,
  stopGraceS: z.number().positive().max(600),
  /** Absent until it exists. */
  server: z
    .strictObject({ id: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/), port: z.int().min(1).max(65_535) })
    .optional(),
})
export type ServerRecord = z.infer<typeof ServerRecord>
