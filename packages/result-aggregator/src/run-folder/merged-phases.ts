import type { Load, Phase, PhaseSpan } from '@reprise/replay-engine'

/** Until when the phases are known, where a shard broke off. */
interface MergedPhases {
  readonly load: Load
  /** Where profiling begins, as appointed. */
  readonly profilingMs: number
  readonly brokeOffMs?: number | undefined
}

/**
 * The phases of a run by those of its shards: warm-up from the first that began to the last that ended, profiling from the appointed instant,
 * to the end of the window where there is one. What broke off breaks off there for all.
 */
export function mergedPhases(
  shards: readonly (readonly PhaseSpan[])[],
  { load: { until }, profilingMs, brokeOffMs }: MergedPhases,
): PhaseSpan[] {
  const spans = (phase: Phase) => shards.flatMap((phases) => phases.filter((span) => span.phase === phase))
  const lastMs = (phase: Phase) => Math.max(...spans(phase).map(({ startMs, endMs = startMs }) => endMs))
  const phases: PhaseSpan[] = []
  if (spans('warmup').length > 0)
    phases.push({
      phase: 'warmup',
      startMs: Math.min(...spans('warmup').map(({ startMs }) => startMs)),
      endMs: lastMs('warmup'),
    })
  if (spans('profiling').length > 0) {
    const endMs = until.kind === 'window' ? profilingMs + until.durationMs : lastMs('profiling')
    phases.push({ phase: 'profiling', startMs: profilingMs, endMs })
    if (spans('drain').length > 0)
      phases.push({ phase: 'drain', startMs: endMs, endMs: Math.max(endMs, lastMs('drain'), lastMs('profiling')) })
  }
  return brokeOffMs === undefined ? phases : phases.flatMap((span) => cut(span, brokeOffMs))
}

/** The phase in which it broke off has no end. */
function cut({ phase, startMs, endMs = Number.POSITIVE_INFINITY }: PhaseSpan, atMs: number): PhaseSpan[] {
  if (startMs > atMs) return []
  return [endMs < atMs ? { phase, startMs, endMs } : { phase, startMs }]
}
