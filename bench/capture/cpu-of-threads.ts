import { readdirSync, readFileSync } from 'node:fs'

/** Of a process, in milliseconds since it began. */
export interface CpuOfThreads {
  /** Of the thread that it began with. */
  readonly main: number
  /** Of all others: workers, and those of the collector. */
  readonly others: number
}

/** Source: `proc(5)`, `/proc/pid/task/tid/stat`: user and system time, in hundredths of a second on every Linux that Node runs on. */
export function cpuOfThreads(pid: number): CpuOfThreads {
  const cpu = { main: 0, others: 0 }
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    cpu[thread === String(pid) ? 'main' : 'others'] += 10 * (Number(fields[11]) + Number(fields[12]))
  }
  return cpu
}
