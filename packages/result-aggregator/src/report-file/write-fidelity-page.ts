import { dirname } from 'node:path'
import type { Corpus } from '@reprise/trace'
import { profilingMs, type ReplayedRun } from '../fidelity/replayed-run.ts'
import { type OverlaidSource, overlayOf } from '../render/fidelity/overlay-of.ts'
import { renderFidelityPage } from '../render/fidelity/render-fidelity-page.ts'
import type { Fidelity } from '../result/fidelity.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { corpusTimeline } from '../timeline/corpus-timeline.ts'
import { runTimeline } from '../timeline/run-timeline.ts'
import { readFidelityAssets } from './report-assets.ts'

/**
 * Writes one page about a comparison: its checks, and the timelines of both over one another. `a`: captured traces, or the run that the other is
 * held against.
 *
 * @throws RunFolderError when it cannot be written.
 */
export async function writeFidelityPage(
  path: string,
  { fidelity, a, b }: { readonly fidelity: Fidelity; readonly a: Corpus | ReplayedRun; readonly b: ReplayedRun },
): Promise<void> {
  const overlay = overlayOf('traces' in a ? ofTraces(a, b) : ofRun(a), ofRun(b))
  const text = renderFidelityPage({ fidelity, overlay }, readFidelityAssets())
  await makeFolder(dirname(path))
  await writeFileWhole(path, text)
}

/** As the run was to play them: from the first request, at its pace. */
function ofTraces(corpus: Corpus, { plan: { load } }: ReplayedRun): OverlaidSource {
  const source = corpusTimeline(corpus, 'captured')
  const fromFirst = load.kind !== 'schedule' || load.autoOffset
  const firstMs = source.requests.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
  return { source, originMs: fromFirst && Number.isFinite(firstMs) ? firstMs : 0, scale: load.timeScale }
}

function ofRun(run: ReplayedRun): OverlaidSource {
  return { source: runTimeline(run, run.name), originMs: profilingMs(run), scale: 1 }
}
