import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

/** A process that writes to a run folder, named so that nobody else is taken for it. */
export const LockOwner = z.strictObject({
  schema: z.literal('run-lock/1'),
  host: z.string(),
  pid: z.int().positive(),
  /** When it was started, in clock ticks since the machine was. Absent where the system does not tell. */
  startTicks: z.number().optional(),
  /** Of the machine, from one start to the next. */
  bootId: z.string().optional(),
  /** Containers have numbers of their own for their processes. */
  pidNamespace: z.string().optional(),
  /** Date at which it took the folder, for people. */
  since: z.string(),
})
export type LockOwner = z.infer<typeof LockOwner>

/** This process, or another one of this machine. */
export function ownerHere(since: Date, pid = process.pid): LockOwner {
  const startTicks = startTicksOf(pid)
  const bootId = textOf('/proc/sys/kernel/random/boot_id')
  const pidNamespace = pidNamespaceHere()
  return {
    schema: 'run-lock/1',
    host: hostname(),
    pid,
    ...(startTicks !== undefined && { startTicks }),
    ...(bootId !== undefined && { bootId }),
    ...(pidNamespace !== undefined && { pidNamespace }),
    since: since.toISOString(),
  }
}

/**
 * `gone`: it has ended, with its machine perhaps, and another process may have its number. `elsewhere`: on another host or in another
 * container, where nobody can look from here.
 */
export function stateOf(owner: LockOwner): 'alive' | 'gone' | 'elsewhere' {
  const here = ownerHere(new Date())
  const isSameBoot = owner.bootId === here.bootId
  if (
    owner.host !== here.host &&
    !(isSameBoot && owner.bootId !== undefined && owner.pidNamespace === here.pidNamespace)
  )
    return 'elsewhere'
  if (!isSameBoot) return 'gone'
  if (owner.pidNamespace !== here.pidNamespace) return 'elsewhere'
  return isRunning(owner) ? 'alive' : 'gone'
}

function isRunning({ pid, startTicks }: LockOwner): boolean {
  // Where the system tells no start, the number alone has to do.
  if (startTicks !== undefined) return startTicksOf(pid) === startTicks
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Undefined where it has ended or only waits to be reaped, and on systems that do not tell. */
function startTicksOf(pid: number): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`) ?? ''
  // The name, in brackets, may itself hold brackets and spaces: what follows the last one is sound.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields[18]
  return ticks === undefined || state === 'Z' || state === 'X' ? undefined : Number(ticks)
}

function pidNamespaceHere(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
