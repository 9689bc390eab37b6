import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchError } from '../plan/launch-error.ts'
import type { Ownership } from './ownership.ts'

const pollMs = 50
/** A process that SIGKILL has not ended by then hangs in the kernel. */
const killDeadlineMs = 10_000

/**
 * Ends what carries a label: SIGTERM to each, and SIGKILL to what is left after the grace, until nothing is. What appears meanwhile gets
 * the same. Returns how many there were.
 *
 * @throws LaunchError when something cannot be ended.
 */
export async function endProcesses(ownership: Ownership, label: string, graceMs: number): Promise<number> {
  const seen = new Set<number>()
  const asked = await signalUntilGone('SIGTERM', graceMs)
  if (asked.length > 0) {
    const left = await signalUntilGone('SIGKILL', killDeadlineMs)
    if (left.length > 0) {
      throw new LaunchError(
        `process ${left.join(', ')} of ${label} cannot be ended; restart the host, or end it by hand`,
        {
          failureClass: 'infrastructure',
          phase: 'stop',
        },
      )
    }
  }
  return seen.size

  async function signalUntilGone(name: 'SIGTERM' | 'SIGKILL', deadlineMs: number): Promise<number[]> {
    const endMs = performance.now() + deadlineMs
    const signalled = new Set<number>()
    for (;;) {
      const owned = ownership.list(label)
      for (const pid of owned) {
        seen.add(pid)
        if (!signalled.has(pid)) signal(pid, name)
        signalled.add(pid)
      }
      if (owned.length === 0 || performance.now() >= endMs) return owned
      await sleep(pollMs)
    }
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // it has ended by itself; what may not be signalled is found again, and told, when it stays
  }
}
