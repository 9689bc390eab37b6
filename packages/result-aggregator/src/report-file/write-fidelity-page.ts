import { dirname } from 'node:path'
import type { Corpus } from '@reprise/trace'
import { alignedCapture } from '../fidelity/aligned-capture.ts'
import { profilingMs, type ReplayedRun } from '../fidelity/replayed-run.ts'
import { type OverlaidSource, overlayOf } from '../render/fidelity/overlay-of.ts'
import { renderFidelityPage } from '../render/fidelity/render-fidelity-page.ts'
import type { Fidelity } from '../result/fidelity.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { corpusTimeline } from '../timeline/corpus-timeline.ts'
import { runTimeline } from '../timeline/run-timeline.ts'
import { readFidelityAssets } from './report-assets.ts'

/** Both sides, and captured traces first where one is. */
export type FidelitySides =
  | { readonly a: Corpus | ReplayedRun; readonly b: ReplayedRun }
  | { readonly a: Corpus; readonly b: Corpus }

/**
 * Writes one page about a comparison: its checks, and the timelines of both over one another. `a`: captured traces, or the run that the other is
 * held against.
 *
 * @throws RunFolderError when it cannot be written.
 */
export async function writeFidelityPage(
  path: string,
  compared: FidelitySides & { readonly fidelity: Fidelity },
): Promise<void> {
  const { fidelity } = compared
  const overlay = overlayOf(...sourcesOf(compared))
  const text = renderFidelityPage({ fidelity, overlay }, readFidelityAssets())
  await makeFolder(dirname(path))
  await writeFileWhole(path, text)
}

function sourcesOf({ a, b }: FidelitySides): [OverlaidSource, OverlaidSource] {
  if ('traces' in b) return [asRecorded(a as Corpus), asRecorded(alignedCapture(a as Corpus, b).corpus)]
  return ['traces' in a ? ofTraces(a, b) : ofRun(a), ofRun(b)]
}

function asRecorded(corpus: Corpus): OverlaidSource {
  const source = corpusTimeline(corpus, 'captured')
  const firstMs = source.requests.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
  return { source, originMs: Number.isFinite(firstMs) ? firstMs : 0, scale: 1 }
}

/** As the run was to play them: from the first request, at its pace. */
function ofTraces(corpus: Corpus, { plan: { load } }: ReplayedRun): OverlaidSource {
  const { source, originMs } = asRecorded(corpus)
  const fromFirst = load.kind !== 'schedule' || load.autoOffset
  return { source, originMs: fromFirst ? originMs : 0, scale: load.timeScale }
}

function ofRun(run: ReplayedRun): OverlaidSource {
  return { source: runTimeline(run, run.name), originMs: profilingMs(run), scale: 1 }
}
