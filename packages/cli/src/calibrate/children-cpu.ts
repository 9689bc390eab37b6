import { readFileSync } from 'node:fs'

/** Ticks of the kernel's clock in a second, as every Linux that Node runs on tells them. */
const TICKS_PER_S = 100

/** CPU time so far of the processes that this one has started and that still live; 0 where the system does not say. Source: proc(5). */
export function childrenCpuMs(): number {
  try {
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    return pids.reduce((sum, pid) => sum + cpuMsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')), 0)
  } catch {
    return 0
  }
}

function cpuMsOf(stat: string): number {
  // The second field is a name in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1e3
}
