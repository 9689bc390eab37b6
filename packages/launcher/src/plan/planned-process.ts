import { z } from 'zod'

/** What a process does in its deployment. Requests go to the router where there is one, else to the server. */
export const Role = z.enum(['server', 'prefill', 'decode', 'router'])
export type Role = z.infer<typeof Role>

/**
 * A word of a command as the program gets it, but for placeholders, which are only known at the start: `{port}` and `{host}` of the copy
 * itself, `{port:NAME}` of one of its further ports, `{leader}`, the host of the first node of a copy that has several, `{rank}`, the number
 * of a node among them, and `{nodes}`, how many there are.
 *
 * `each` stands for its words once for every copy of a role, `{host}` and `{port}` being that copy's: the workers of a router.
 */
export const Word = z.union([z.string(), z.strictObject({ each: Role, words: z.array(z.string()).min(1) })])
export type Word = z.infer<typeof Word>

/** Where the copies of a process run. */
export const Placement = z.discriminatedUnion('kind', [
  /** All on the one machine that there is, or that the allocation begins with: a router, which needs no accelerators of its own. */
  z.strictObject({ kind: z.literal('first-node') }),
  /** Each on the next accelerators that are free, several on a node where they fit. */
  z.strictObject({ kind: z.literal('packed') }),
  /** Each on so many whole nodes; its command runs once on each of them. */
  z.strictObject({ kind: z.literal('nodes'), perCopy: z.int().positive() }),
])
export type Placement = z.infer<typeof Placement>

/** One command of a launch, and how many of it run: exact words, no expressions left. */
export const PlannedProcess = z.strictObject({
  role: Role,
  count: z.int().positive(),
  placement: Placement,
  argv: z.array(Word).min(1),
  env: z.record(z.string(), z.string()),
  /** Device nodes or accelerator requests, in the host's own words: `nvidia=0`, `/dev/kfd`. */
  devices: z.array(z.string()),
  /** Accelerators that one copy occupies, over all its nodes. */
  gpus: z.int().nonnegative(),
  /** A fixed port, or `auto`. */
  port: z.union([z.literal('auto'), z.int().min(1).max(65_535)]),
  /** Names of further ports that each copy gets, as `{port:NAME}`. */
  morePorts: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/)),
  /** Answers 200 once the process takes requests. */
  healthPath: z.string().startsWith('/'),
  metricsPath: z.string().startsWith('/').optional(),
  /** Regular expressions; a line of its log that matches ends the launch. */
  fatalPatterns: z.array(z.string()),
})
export type PlannedProcess = z.infer<typeof PlannedProcess>

/** One of the processes that a plan says, by the name that its log, its container and its record carry. */
export interface ProcessCopy {
  /** The role, with a number where there are several: `server`, `prefill-0`. Unique in its launch. */
  readonly name: string
  /** Which of the copies of its process: 0 is the first. */
  readonly copy: number
  readonly planned: PlannedProcess
}

/** Every process that a plan says, in its order. */
export function copiesOf(processes: readonly PlannedProcess[]): ProcessCopy[] {
  const sizes = new Map<Role, number>()
  for (const { role, count } of processes) sizes.set(role, (sizes.get(role) ?? 0) + count)
  const begun = new Map<Role, number>()
  return processes.flatMap((planned) =>
    Array.from({ length: planned.count }, (_, copy) => {
      const { role } = planned
      const number = begun.get(role) ?? 0
      begun.set(role, number + 1)
      return { name: sizes.get(role) === 1 ? role : `${role}-${number}`, copy, planned }
    }),
  )
}
