import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Companion } from './companion.ts'

/** How the measuring process itself fared while it measured. */
export interface ClientHealthSample {
  /** How late the event loop came back to a timer. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** CPU time used over elapsed time; 1 is one core. */
  readonly cpuShare: number
  readonly maxRssMiB: number
}

/**
 * Adds to a run how this process fared, from its beginning to the end of the last request.
 *
 * @param others ends those that sent for it, where there are any, and says how they fared: the worst of all is the client's.
 */
export function clientHealth(others: () => Promise<readonly ClientHealthSample[]> = async () => []): Companion {
  let sample: (() => ClientHealthSample) | undefined
  return {
    start: () => {
      sample = watchClientHealth()
    },
    stop: async () => {
      const own = sample?.()
      return own && { clientHealth: (await others()).reduce(worseOf, own) }
    },
  }
}

/** Delays and CPU of the one that fared worst, memory of both. */
function worseOf(one: ClientHealthSample, other: ClientHealthSample): ClientHealthSample {
  const worse = (what: 'p50' | 'p99' | 'max') => Math.max(one.eventLoopDelayMs[what], other.eventLoopDelayMs[what])
  return {
    eventLoopDelayMs: { p50: worse('p50'), p99: worse('p99'), max: worse('max') },
    cpuShare: Math.max(one.cpuShare, other.cpuShare),
    maxRssMiB: one.maxRssMiB + other.maxRssMiB,
  }
}

/** Watches this process until the returned function is called. */
export function watchClientHealth(): () => ClientHealthSample {
  // A finer resolution costs measurable CPU itself.
  const resolution = 10
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  return () => {
    delay.disable()
    const { user, system } = process.cpuUsage(startCpu)
    const elapsedMs = performance.now() - startMs
    // The histogram holds timer intervals; what exceeds the resolution is the delay.
    const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
    return {
      eventLoopDelayMs: {
        p50: beyond(delay.percentile(50)),
        p99: beyond(delay.percentile(99)),
        max: beyond(delay.max),
      },
      cpuShare: (user + system) / 1_000 / elapsedMs,
      maxRssMiB: process.resourceUsage().maxRSS / 1_024,
    }
  }
}
