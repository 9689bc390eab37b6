import type { Collection } from '../../result/collection.ts'

/** One paragraph on the points that earlier runs have measured; empty where there are none. */
export function renderReuse({ rows }: Collection): string {
  const runs = rows.flatMap(({ reusedFrom }) => reusedFrom ?? [])
  if (runs.length === 0) return ''
  const counted = [...Map.groupBy(runs, (run) => run)].map(([run, all]) => `${all.length} of run ${run}`)
  const what = runs.length === 1 ? '1 point was' : `${runs.length} points were`
  return `\n${what} not measured again: same recipe, same image, same rules (${counted.join(', ')}).\n`
}
