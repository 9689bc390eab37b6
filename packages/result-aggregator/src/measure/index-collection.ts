import type { MeasuredPoint, ResultIndex } from '@reprise/matrix-generator'
import type { CollectedJob, Collection } from '../result/collection.ts'

/**
 * The points of a sweep that a later one need not measure again: of jobs that are done, with what they were of. `run` is the one that holds
 * their artifacts; a point that was itself taken over is still in its own.
 */
export function indexCollection({ rows }: Collection, run: string): ResultIndex {
  return { schema: 'result-index/1', points: rows.flatMap((row) => pointOf(row, run) ?? []) }
}

function pointOf({ job, status, results, reusedFrom }: CollectedJob, run: string): MeasuredPoint | undefined {
  const [first] = results
  const instants = results.flatMap(({ provenance: { startedAt } }) => startedAt ?? [])
  if (status.outcome !== 'done' || job.fingerprint === undefined || !first || instants.length < results.length) return
  const { replaySemantics } = first.provenance
  const origins = new Set(results.map(({ provenance: { corpusOrigin } }) => corpusOrigin))
  const isOneKind = results.every((each) => each.provenance.replaySemantics === replaySemantics)
  if (!isOneKind || origins.size > 1) return
  return {
    id: job.id,
    fingerprint: job.fingerprint,
    ...(status.imageDigest !== undefined && { imageDigest: status.imageDigest }),
    replaySemantics,
    corpusOrigin: first.provenance.corpusOrigin,
    measuredAt: instants.toSorted()[0]!,
    run: reusedFrom ?? run,
  }
}
