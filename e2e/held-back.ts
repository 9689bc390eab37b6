import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * For how long the threads of a process could have run and were not let, by others that are at work on this machine: what comes in
 * meanwhile is seen and written so much later. 0 where the system does not tell.
 *
 * Source: Documentation/scheduler/sched-stats.rst of Linux: the second number is the time spent waiting to run, in nanoseconds.
 */
export function heldBackMs(pid: number): number {
  const tasks = `/proc/${pid}/task`
  try {
    const delays = readdirSync(tasks).map((task) => readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[1])
    return delays.reduce((sum, delay) => sum + Number(delay), 0) / 1e6
  } catch {
    return 0
  }
}
