import type { PhaseSpan } from '@reprise/replay-engine'
import type { ExportedRun, SampledServer } from '../run/exported-run.ts'
import type { SampledPage } from './sampled-pages.ts'
import type { SlicedWindow } from './series-stats.ts'
import { type SliceWindow, windowSlices } from './window-slices.ts'

/** The windows that what a server told is looked at in, in slices as long as its pages lie apart; `undefined` for a phase that the run did not come to. */
export function phaseWindows(
  { result }: Pick<ExportedRun, 'result'>,
  { phases }: Pick<SampledServer, 'phases'>,
  pages: readonly SampledPage[],
): { readonly profiling: SlicedWindow | undefined; readonly warmup: SlicedWindow | undefined } {
  const sliceMs = result.server?.intervalMs ?? 1_000
  const sliced = (name: PhaseSpan['phase']) => {
    const window = spanOf(phases, name, pages)
    return window && { ...window, slices: windowSlices(window, sliceMs) }
  }
  return { profiling: sliced('profiling'), warmup: sliced('warmup') }
}

/**
 * From the begin of the first such phase to the end of the last; a resumed run has several. Where pages were asked for at these edges, from a nanosecond after that to
 * that: so that whatever a counter is laid against is what it was when the phase began, and what it had come to at the end counts.
 */
function spanOf(
  phases: readonly PhaseSpan[],
  name: PhaseSpan['phase'],
  pages: readonly SampledPage[],
): SliceWindow | undefined {
  const own = phases.filter(({ phase }) => phase === name)
  const [began, ended] = [own[0]?.startMs, own.at(-1)?.endMs]
  if (began === undefined || ended === undefined) return undefined
  const at = (edge: 'start' | 'end') => pages.flatMap(({ edges }) => edges.get(`${name}-${edge}`) ?? [])
  const startMs = Math.max(began, ...at('start').map((ms) => ms + 1e-6))
  const endMs = Math.max(ended, ...at('end'))
  return endMs > startMs ? { startMs, endMs } : undefined
}
