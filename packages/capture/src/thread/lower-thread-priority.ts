import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'

/** A ninth of the weight that the scheduler gives a thread of priority 0. */
const niceness = 10

/**
 * Lets the threads of this process, and other processes, go before the thread that calls. On Linux alone, where a priority is of a thread; elsewhere it is
 * of the process, and stays.
 *
 * Source: `sched(7)` and `setpriority(2)`, "C library/kernel differences".
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')))
    setPriority(thread, Math.min(19, getPriority(thread) + niceness))
  } catch {
    // Where /proc is hidden it has the priority of the others.
  }
}
