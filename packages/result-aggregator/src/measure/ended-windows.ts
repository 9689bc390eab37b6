import type { PhaseSpan, Plan } from '@reprise/replay-engine'
import { profilingWindows } from './profiling-windows.ts'
import type { TimeWindow } from './server/time-windows.ts'

/** The windows in which tokens count, each with its end. What has none, as of a run that was killed, is left out. */
export function endedWindows({
  load,
  phases,
}: {
  readonly load: Plan['load']
  readonly phases: readonly PhaseSpan[]
}): TimeWindow[] {
  const windows = profilingWindows(load, phases).map((window) => ({ ...window, endMs: endOf(window, phases) }))
  return windows.filter(({ startMs, endMs }) => endMs > startMs)
}

/** A load that ends by itself has a window without an end; its phase has one. */
function endOf({ startMs, endMs }: { startMs: number; endMs: number }, phases: readonly PhaseSpan[]): number {
  if (Number.isFinite(endMs)) return endMs
  return phases.findLast((span) => span.phase === 'profiling' && span.startMs === startMs)?.endMs ?? startMs
}
