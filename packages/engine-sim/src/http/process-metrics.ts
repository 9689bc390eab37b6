import { readdirSync, readFileSync } from 'node:fs'
import type { MetricFamily } from './render-metrics.ts'
import { counter, gauge } from './scalar-family.ts'

/** What the process of the server is and has used; of what its system does not tell in `/proc`, nothing. Source: Python's client of Prometheus, for the names. */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage()
  const cpuS = (user + system) / 1e6
  const virtualBytes = told(() => Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[20]))
  const openFiles = told(() => readdirSync('/proc/self/fd').length)
  const maxFiles = told(() => Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]))
  return [
    ...gaugeOf('process_virtual_memory_bytes', 'Virtual memory size in bytes.', virtualBytes),
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start of the process, in Unix seconds.', Date.now() / 1e3 - process.uptime()),
    counter('process_cpu_seconds_total', 'CPU time used.', cpuS),
    ...gaugeOf('process_open_fds', 'Open file descriptors.', openFiles),
    ...gaugeOf('process_max_fds', 'Most open file descriptors.', maxFiles),
  ]
}

function gaugeOf(name: string, help: string, value: number | undefined): MetricFamily[] {
  return value === undefined ? [] : [gauge(name, help, value)]
}

function told(read: () => number): number | undefined {
  try {
    const value = read()
    return Number.isFinite(value) ? value : undefined
  } catch {
    return undefined
  }
}
