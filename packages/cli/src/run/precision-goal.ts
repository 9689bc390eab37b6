import { type PrecisionTarget, PrecisionWatch } from '@reprise/result-aggregator/run'
import type { Companion } from './companion.ts'
import type { enoughRequests } from './enough-requests.ts'

/** Ends a run when a figure is known as exactly as was wanted, and says at its end how exactly it was. */
export function precisionGoal(target: PrecisionTarget | undefined): {
  readonly companions: readonly Companion[]
  readonly rule: ReturnType<typeof enoughRequests>
} {
  if (!target) return { companions: [], rule: () => undefined }
  const watch = new PrecisionWatch(target)
  const companion: Companion = {
    phase: ({ phase, startMs }) => {
      if (phase === 'profiling') watch.begin(startMs)
    },
    stop: () => ({ precision: watch.precision }),
  }
  return { companions: [companion], rule: (_counts, record) => (watch.add(record) ? 'enough' : undefined) }
}
