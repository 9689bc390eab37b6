import { execFileSync } from 'node:child_process'
import type { ServerHandle } from './host.ts'
import { endFileOf } from './keeper.ts'
import { readListeners, readSockets } from './listeners.ts'
import { labelVariable, ownedProcesses } from './owned-processes.ts'
import { readProcess, readProcessTable } from './process-table.ts'

/** Which processes carry a label. */
export interface Ownership {
  /** What to signal: process ids, or process groups as negative numbers. Only what is alive. */
  list(label: string): number[]
  /** Whether the keeper of that server is there: a process that has got its number since is not it. */
  holds(handle: ServerHandle): boolean
  /** Whether all that listens on a port, as this machine reaches itself, carries the label; undefined where nobody can tell. */
  listens(label: string, port: number): boolean | undefined
  /** Says that the group which a process leads belongs to a label. */
  note(label: string, pid: number): void
}

/** By what each process says in its environment, and by descent. Linux, where the system shows both. */
export function ownershipByEnvironment(): Ownership {
  const list = (label: string) => ownedProcesses(readProcessTable(), label, process.pid)
  return {
    list,
    holds: ({ label, id }) => readProcess(Number(id))?.environment.includes(`${labelVariable}=${label}`) ?? false,
    listens: (label, port) => {
      const listeners = readListeners(port)
      if (listeners.length === 0) return undefined
      const own = new Set(list(label).flatMap(readSockets))
      return listeners.every((inode) => own.has(inode))
    },
    note: () => {},
  }
}

/** By the process groups of the servers that this process has started or attached to. For systems without `/proc`. */
export function ownershipByGroup(): Ownership {
  const groups = new Map<string, Set<number>>()
  return {
    list: (label) => [...(groups.get(label) ?? [])].map((pid) => -pid).filter(isAlive),
    holds: (handle) => {
      const pid = Number(handle.id)
      return (
        pid > 1 &&
        isAlive(pid) &&
        (groups.get(handle.label)?.has(pid) || commandOf(pid).includes(endFileOf(handle.logFile)))
      )
    },
    listens: () => undefined,
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

/** Its words, of which a keeper's end file is one; empty where the system does not tell. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    })
  } catch {
    return ''
  }
}
