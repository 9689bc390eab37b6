import { z } from 'zod'
import type { Result } from './result.ts'

/** `launch-failure.json`: why a server was not brought up. */
export const LaunchFailure = z.object({
  schema: z.literal('launch-failure/1'),
  class: z.enum(['infrastructure', 'recipe']),
  phase: z.string(),
  message: z.string(),
  logTail: z.array(z.string()).default([]),
})
export type LaunchFailure = z.infer<typeof LaunchFailure>

/** `launch.json`: a server that was brought up, and how long that took. */
export const Launched = z.object({
  schema: z.literal('launch/1'),
  phasesMs: z.record(z.string(), z.number().nonnegative()).default({}),
})
export type Launched = z.infer<typeof Launched>

/** `launch-end.json`: whether the server had ended before it was told to. */
export const LaunchEnd = z.object({
  diedEarly: z.boolean(),
  exitCode: z.number().optional(),
  signal: z.string().optional(),
})
export type LaunchEnd = z.infer<typeof LaunchEnd>

/** `eval.json`: what became of the recipe's evaluation. */
export const EvaluationEnd = z.object({
  schema: z.literal('eval/1'),
  outcome: z.enum(['passed', 'failed', 'not-configured']),
  exitCode: z.number().optional(),
  message: z.string().optional(),
})
export type EvaluationEnd = z.infer<typeof EvaluationEnd>

/** What a job left behind, as far as it could be read. */
export interface JobEvidence {
  readonly launched?: Launched
  readonly launchFailure?: LaunchFailure
  readonly launchEnd?: LaunchEnd
  /** By rising lanes. */
  readonly results: readonly Result[]
  readonly evaluation?: EvaluationEnd
  /** Last lines of the server's log. */
  readonly logTail: readonly string[]
  /** What lies there and is not what it should be, one line each. */
  readonly unreadable: readonly string[]
}
