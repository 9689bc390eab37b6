import { execFileSync } from 'node:child_process'
import type { ServerHandle } from './host.ts'
import { endFileOf } from './keeper.ts'
import { type LaunchOwner, parseOwner } from './launch-owner.ts'
import { readListeners, readSockets } from './listeners.ts'
import { type KnownProcesses, labelVariable, ownedProcesses, ownerVariable } from './owned-processes.ts'
import { type ProcessEntry, readProcess, readProcessTable } from './process-table.ts'
import { kinFileOf, readKin } from './read-kin.ts'

/** Which processes carry a label. */
export interface Ownership {
  /** What to signal: process ids, or process groups as negative numbers. Only what is alive. */
  list(label: string): number[]
  /** Whether the keeper of that server is there: a process that has got its number since is not it. */
  holds(handle: ServerHandle): boolean
  /** Whether all that listens on a port, as this machine reaches itself, carries the label; undefined where nobody can tell. */
  listens(label: string, port: number): boolean | undefined
  /** Says that a server has just been started under its label. */
  note(handle: ServerHandle): void
  /** Says that a server was started under its label by another process, and may have ended since. */
  recall(handle: ServerHandle): void
  /** Who has launched what is alive here; nobody where nobody can tell. */
  owners(): LaunchOwner[]
}

/**
 * By what each process says in its environment, by descent, and by memory: what was once seen under a label, by this process or by the
 * server's keeper, stays under it until it is gone. Linux, where the system shows all that.
 */
export function ownershipByEnvironment(): Ownership {
  const seen = new Map<string, KnownProcesses>()
  const kinFiles = new Map<string, Set<string>>()
  const list = (label: string) => {
    const kin = [...(kinFiles.get(label) ?? [])].flatMap((file) => [...readKin(file)])
    const known = new Map([...(seen.get(label) ?? []), ...kin])
    const owned = ownedProcesses(readProcessTable(), { label, self: process.pid, known })
    seen.set(label, new Map(owned.map(({ pid, startTicks }) => [pid, startTicks])))
    return owned.map(({ pid }) => pid)
  }
  const note = ({ label, logFile }: ServerHandle) =>
    void kinFiles.set(label, (kinFiles.get(label) ?? new Set()).add(kinFileOf(logFile)))
  return {
    list,
    holds: ({ label, id }) => readProcess(Number(id))?.environment.includes(`${labelVariable}=${label}`) ?? false,
    listens: (label, port) => {
      const listeners = readListeners(port)
      if (listeners.length === 0) return undefined
      const own = new Set(list(label).flatMap(readSockets))
      return listeners.every((inode) => own.has(inode))
    },
    note,
    recall: note,
    owners: () => ownersIn(readProcessTable()),
  }
}

/** Each once; what somebody else has put into that variable is nobody. */
function ownersIn(table: readonly ProcessEntry[]): LaunchOwner[] {
  const told = table.flatMap(({ environment }) => environment.filter((each) => each.startsWith(`${ownerVariable}=`)))
  return [...new Set(told)].flatMap((each) => parseOwner(each.slice(ownerVariable.length + 1)) ?? [])
}

/** By the process groups of the servers that this process has started or attached to. For systems without `/proc`. */
export function ownershipByGroup(): Ownership {
  const groups = new Map<string, Set<number>>()
  const holds = (handle: ServerHandle) => {
    const pid = Number(handle.id)
    const isNoted = groups.get(handle.label)?.has(pid) ?? false
    return pid > 1 && isAlive(pid) && (isNoted || commandOf(pid).includes(endFileOf(handle.logFile)))
  }
  const note = ({ label, id }: ServerHandle) => void groups.set(label, (groups.get(label) ?? new Set()).add(Number(id)))
  return {
    list: (label) => [...(groups.get(label) ?? [])].map((pid) => -pid).filter(isAlive),
    holds,
    listens: () => undefined,
    note,
    recall: (handle) => {
      if (holds(handle)) note(handle)
    },
    owners: () => [],
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
