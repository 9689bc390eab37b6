import { ownedProcesses } from './owned-processes.ts'
import { readProcess, readProcessTable } from './process-table.ts'

/** Which processes carry a label. */
export interface Ownership {
  /** What to signal: process ids, or process groups as negative numbers. Only what is alive. */
  list(label: string): number[]
  /** Says that the group which a process leads belongs to a label. */
  note(label: string, pid: number): void
}

/** By what each process says in its environment, and by descent. Linux, where the system shows both. */
export function ownershipByEnvironment(): Ownership {
  return { list: (label) => ownedProcesses(readProcessTable(), label, process.pid), note: () => {} }
}

/** By the process groups of the servers that this process has started or attached to. For systems without `/proc`. */
export function ownershipByGroup(): Ownership {
  const groups = new Map<string, Set<number>>()
  return {
    list: (label) => [...(groups.get(label) ?? [])].map((pid) => -pid).filter(isAlive),
    note: (label, pid) => groups.set(label, (groups.get(label) ?? new Set()).add(pid)),
  }
}

/** Whether a process, or any of a group if the number is negative, is there; one that only waits to be reaped is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || pid < 0 || readProcess(pid) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
