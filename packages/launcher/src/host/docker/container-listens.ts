import { readdirSync } from 'node:fs'
import type { ServerHandle } from '../host.ts'
import { readListeners, readSockets } from '../listeners.ts'
import { readProcess } from '../process-table.ts'
import { runDocker } from './docker-cli.ts'

/**
 * Whether all that listens at the container's port, as this machine reaches itself, belongs to it; undefined where nothing does, or its
 * processes may not be looked into: those of a daemon that is another user's.
 */
export async function listeningIn({ id, address: { port } }: ServerHandle): Promise<boolean | undefined> {
  const listeners = readListeners(port)
  if (listeners.length === 0) return undefined
  const answer = await runDocker(['top', id, '-eo', 'pid'], { deadlineMs: 30_000 })
  if (answer.exitCode !== 0) return undefined
  const pids = answer.stdout
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 1 && readProcess(pid) !== undefined)
  if (pids.length === 0 || !pids.every(isOpen)) return undefined
  const own = new Set(pids.flatMap(readSockets))
  return listeners.every((inode) => own.has(inode))
}

function isOpen(pid: number): boolean {
  try {
    readdirSync(`/proc/${pid}/fd`)
    return true
  } catch (error) {
    // It has ended since.
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
