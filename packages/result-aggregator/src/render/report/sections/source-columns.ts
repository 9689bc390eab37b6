import { sourceShare } from '../../source-share.ts'
import { formatShare } from '../client/format-number.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import type { Column } from './data-table.ts'

const columns: readonly Column<LabelledRun>[] = (
  [
    ['device', 'From device', "Share of prompt tokens found in the device's cache"],
    ['host', 'From host', "Share found in the host's memory behind it"],
    ['disk', 'From disk', "Share found on the host's disk"],
    ['recomputed', 'Computed again', 'Share computed though the cache had had them, which had evicted them'],
  ] as const
).map(([source, head, about]) => ({
  head,
  about,
  cell: ({ run }) => formatShare(sourceShare(run.result.cacheHit.sources, source)),
}))

/** Where prompts came from; no columns where no run tells. */
export function sourceColumns(runs: readonly LabelledRun[]): readonly Column<LabelledRun>[] {
  return runs.some(({ run }) => run.result.cacheHit.sources) ? columns : []
}
