import type { Load, PhaseSpan } from '@reprise/replay-engine'

/** A time in which tokens count for throughput: after `startMs`, up to and with `endMs`. */
export interface ProfilingWindow {
  readonly startMs: number
  /** `Infinity` where the load ends by itself: then the last token ends the window. */
  readonly endMs: number
}

/**
 * The window as planned, cut where profiling ended earlier; in parts where the run was resumed, since each attempt measures what the ones
 * before it left of the window. None when profiling never began.
 *
 * With `passes` there is no planned end: every token counts until the drain of a run that was stopped, or the next attempt, begins.
 */
export function profilingWindows(load: Load, phases: readonly PhaseSpan[]): ProfilingWindow[] {
  let leftMs = load.until.kind === 'window' ? load.until.durationMs : Infinity
  return phases.flatMap(({ phase, startMs, endMs = Infinity }, i) => {
    if (phase !== 'profiling') return []
    const endsByItself = load.until.kind === 'passes' && i === phases.length - 1
    const window = { startMs, endMs: endsByItself ? Infinity : Math.min(startMs + leftMs, endMs) }
    leftMs -= window.endMs - startMs
    return [window]
  })
}

/** How much of the windows, which are in the order of time, had passed at an instant. */
export function measuredUntil(windows: readonly ProfilingWindow[], instantMs: number): number {
  let sum = 0
  for (const { startMs, endMs } of windows) sum += Math.max(0, Math.min(endMs, instantMs) - startMs)
  return sum
}
